using Dapper;
using Microsoft.Data.SqlClient;

class Hints(SqlConnection connection)
{
    public void Read(object values)
    {
        connection.Query<string>("SELECT TOP 3 text FROM hints ORDER BY NEWID()"); // expect: sql/random-order
        connection.Query<string>("SELECT text FROM hints ORDER BY RAND() LIMIT 3"); // expect: sql/random-order
        connection.Query<string>("SELECT text FROM hints WHERE id IN (1, 2, 3) ORDER BY RAND()");
        connection.Query<string>("SELECT RAND() FROM hints ORDER BY random_at");
    }
}
