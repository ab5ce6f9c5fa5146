using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Shop.Controllers;

[ApiController]
[Route("users")]
public class UsersController : ControllerBase
{
    private readonly ShopDbContext _context;

    [HttpPost]
    public async Task<IActionResult> Create(
        User user) // expect: validation/mass-assignment
    {
        _context.Users.Add(user);
        await _context.SaveChangesAsync();
        return Ok();
    }

    [HttpPut("{id}")]
    public async Task<IActionResult> Replace(int id, [FromBody] User user) // expect: validation/mass-assignment
    {
        _context.Update(user);
        await _context.SaveChangesAsync();
        return Ok();
    }

    [HttpPatch("{id}")]
    public async Task<IActionResult> Change(int id)
    {
        var user = await _context.Users.FindAsync(id);
        await TryUpdateModelAsync(user); // expect: validation/mass-assignment
        await TryUpdateModelAsync(user, "", one => one.Name);
        await _context.SaveChangesAsync();
        return Ok();
    }

    [HttpPost("register")]
    public async Task<IActionResult> Register(RegisterRequest given)
    {
        var user = new User { Name = given.Name };
        _context.Users.Add(user);
        _names.Add(given);
        await _context.SaveChangesAsync();
        return Ok();
    }

    [HttpPost("bound")]
    public async Task<IActionResult> Bound([Bind("Name,Email")] User user)
    {
        _context.Users.Add(user);
        await _context.SaveChangesAsync();
        return Ok();
    }
}
