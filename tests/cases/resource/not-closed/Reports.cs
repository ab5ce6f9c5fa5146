using System.Data.SqlClient;
using System.IO;

namespace Shop;

public class Reports
{
    private FileStream _kept;

    public int Lines(string path)
    {
        var reader = new StreamReader(path); // expect: resource/not-closed
        return reader.ReadToEnd().Split('\n').Length;
    }

    public void Count()
    {
        var db = new SqlConnection(Setup.Address); // expect: resource/not-closed
        db.Open();
        Run("SELECT 1", 3);
    }

    public Stream Open(string path)
    {
        var file = File.OpenRead(path);
        return file;
    }

    public void Keep(string path)
    {
        var file = new FileStream(path, FileMode.Open);
        _kept = file;
        using var other = new FileStream(path, FileMode.Open);
        var third = new StreamReader(path);
        try
        {
            third.ReadLine();
        }
        finally
        {
            third.Dispose();
        }
        var fourth = new StreamReader(path);
        Hand(fourth);
    }
}
