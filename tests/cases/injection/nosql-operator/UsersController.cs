using Microsoft.AspNetCore.Mvc;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Shop.Controllers;

[ApiController]
public class UsersController : ControllerBase
{
    private readonly IMongoCollection<User> _users;

    [HttpGet("users")]
    public async Task<IActionResult> Find(string name, int age)
    {
        var one = await _users.Find($"{{ name: '{name}' }}").FirstAsync(); // expect: injection/nosql-operator
        var two = await _users.Find(BsonDocument.Parse(Request.Query["filter"])).FirstAsync(); // expect: injection/nosql-operator
        var three = await _users.Find(user => user.Name == name).FirstAsync();
        var four = await _users.Find(Builders<User>.Filter.Eq("name", name)).FirstAsync();
        var five = await _users.Find($"{{ age: {age} }}").FirstAsync();
        var six = _known.Find(user => user.Name == name);
        return Ok();
    }
}
