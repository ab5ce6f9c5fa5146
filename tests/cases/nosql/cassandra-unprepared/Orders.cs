using Cassandra;

namespace Shop;

public class Orders
{
    private readonly ISession _session;

    public async Task<RowSet> Of(string customer, string table)
    {
        var text = "SELECT id FROM orders WHERE customer = '" + customer + "'";
        _session.Execute(text); // expect: nosql/cassandra-unprepared
        var statement = new SimpleStatement($"SELECT id FROM orders WHERE customer = '{customer}'"); // expect: nosql/cassandra-unprepared
        await _session.ExecuteAsync(statement);
        _session.Execute($"TRUNCATE {table}");
        return await _session.ExecuteAsync(new SimpleStatement("SELECT id FROM orders WHERE customer = ?", customer));
    }
}
