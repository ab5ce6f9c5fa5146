using System.Security.Cryptography;
using System.Text;

public static class Connections
{
    public const string Live = "Server=sql.example.com;Database=shop;User Id=shop;Password=tr0ub4dor&3"; // expect: secrets/hardcoded-credential
    public const string Local = "Server=localhost;Database=shop;User Id=sa;Password=tr0ub4dor&3";
    public const string Trusted = "Server=sql.example.com;Database=shop;Integrated Security=true";
    public const string Template = "Server=sql.example.com;Database=shop;User Id=shop;Password={0}";
    public const string Placeholder = "Server=sql.example.com;Database=shop;User Id=shop;Password=<your password>";

    public static Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = Encoding.UTF8.GetBytes("hTq81zoowoodnine"); // expect: secrets/hardcoded-credential
        return aes;
    }

    public static Aes Told(string key)
    {
        var aes = Aes.Create();
        aes.Key = Encoding.UTF8.GetBytes(key);
        return aes;
    }
}
