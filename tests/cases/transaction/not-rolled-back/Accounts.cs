using System.Data;
using Microsoft.EntityFrameworkCore;

public class Accounts
{
    private readonly ShopContext _db;

    public void Open(IDbConnection connection)
    {
        var transaction = connection.BeginTransaction(); // expect: transaction/not-rolled-back
        Store(connection, transaction);
        transaction.Commit();
    }

    public void Careful(IDbConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Store(connection, transaction);
        transaction.Commit();
    }

    public void Caught(IDbConnection connection)
    {
        var transaction = connection.BeginTransaction();
        try
        {
            Store(connection, transaction);
            transaction.Commit();
        }
        catch
        {
            transaction.Rollback();
            throw;
        }
    }

    public void OfContext()
    {
        var transaction = _db.Database.BeginTransaction();
        _db.SaveChanges();
        transaction.Commit();
    }

    public IDbTransaction Begin(IDbConnection connection)
    {
        return connection.BeginTransaction();
    }
}
