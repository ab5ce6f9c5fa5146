using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Dapper;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Shop.Orders;

public record OrderSearch(string Text, string Sort, int Page);

[ApiController]
[Route("orders")]
public class OrdersController : ControllerBase
{
    private static readonly Dictionary<string, string> Columns = new() { ["date"] = "CreatedAt", ["price"] = "Price" };
    private readonly ShopContext _db;
    private readonly SqlConnection _connection;

    [HttpGet("raw")]
    public async Task<IActionResult> Raw(string customer)
    {
        var sql = "SELECT Id FROM Orders WHERE Customer = '" + customer + "'";
        return Ok(await _db.Orders.FromSqlRaw(sql).ToListAsync()); // expect: injection/sql
    }

    [HttpGet("bound")]
    public async Task<IActionResult> Bound(string customer)
    {
        var one = await _db.Orders.FromSqlRaw("SELECT Id FROM Orders WHERE Customer = {0}", customer).ToListAsync();
        var two = await _db.Orders.FromSqlInterpolated($"SELECT Id FROM Orders WHERE Customer = {customer}").ToListAsync();
        var three = await _db.Orders.FromSql($"SELECT Id FROM Orders WHERE Customer = {customer}").ToListAsync();
        return Ok(one.Concat(two).Concat(three));
    }

    [HttpPost("search")]
    public async Task<IActionResult> Search([FromBody] OrderSearch search)
    {
        var where = $"WHERE Text LIKE '%{search.Text}%'";
        var rows = await _connection.QueryAsync<Order>("SELECT Id FROM Orders " + where); // expect: injection/sql
        return Ok(rows);
    }

    [HttpPost("sorted")]
    public async Task<IActionResult> Sorted([FromBody] OrderSearch search)
    {
        if (!Columns.TryGetValue(search.Sort, out var column))
        {
            return BadRequest();
        }
        var skip = search.Page * 20;
        var sql = $"SELECT Id FROM Orders WHERE Text LIKE @text ORDER BY {column} OFFSET {skip} ROWS";
        return Ok(await _connection.QueryAsync<Order>(sql, new { text = $"%{search.Text}%" }));
    }

    [HttpGet("ids")]
    public IActionResult ByIds([FromQuery] List<int> ids)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT Id FROM Orders WHERE Id IN ({string.Join(",", ids)})";
        return Ok(command.ExecuteScalar());
    }

    [HttpGet("names")]
    public IActionResult ByNames([FromQuery] List<string> names)
    {
        using var command = _connection.CreateCommand();
        var list = string.Join(",", names.Select(name => $"'{name}'"));
        command.CommandText = $"SELECT Id FROM Orders WHERE Name IN ({list})"; // expect: injection/sql
        return Ok(command.ExecuteScalar());
    }

    [HttpGet("where")]
    public IActionResult Where(string name, string city)
    {
        var conditions = new List<string>();
        if (name != null)
        {
            conditions.Add("Name = '" + name + "'");
        }
        if (city != null)
        {
            conditions.Add("City = @city");
        }
        var sql = "SELECT Id FROM Orders WHERE " + string.Join(" AND ", conditions);
        using var command = new SqlCommand(sql, _connection); // expect: injection/sql
        command.Parameters.AddWithValue("@city", city);
        return Ok(command.ExecuteScalar());
    }

    [HttpGet("placeholders")]
    public IActionResult Placeholders([FromQuery] string[] names)
    {
        using var command = _connection.CreateCommand();
        var holes = new List<string>();
        for (var i = 0; i < names.Length; i++)
        {
            holes.Add("@p" + i);
            command.Parameters.AddWithValue("@p" + i, names[i]);
        }
        command.CommandText = $"SELECT Id FROM Orders WHERE Name IN ({string.Join(",", holes)})";
        return Ok(command.ExecuteScalar());
    }
}
