using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Shop.Controllers;

public class MailController : Controller
{
    private readonly ShopDbContext _db;

    [HttpPost]
    public IActionResult Send(int id)
    {
        Task.Run(() => Log(HttpContext.Request.Path)); // expect: concurrency/request-object-escapes
        _ = Task.Run(async () => // expect: concurrency/request-object-escapes
        {
            var order = await _db.Orders.FindAsync(id);
            order.Send();
        });
        return Accepted();
    }

    [HttpPost]
    public async Task<IActionResult> Wait(int id)
    {
        await Task.Run(() => Log(HttpContext.Request.Path));
        var path = Request.Path;
        _ = Task.Run(() => Log(path));
        return Ok();
    }
}
