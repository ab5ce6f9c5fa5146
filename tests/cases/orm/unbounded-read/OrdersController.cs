using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Shop.Controllers;

[ApiController]
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    private readonly ShopDbContext _db;

    public OrdersController(ShopDbContext db) => _db = db;

    [HttpGet]
    public async Task<IActionResult> All()
    {
        var orders = await _db.Orders.AsNoTracking().OrderBy(order => order.Id).ToListAsync(); // expect: orm/unbounded-read
        return Ok(orders);
    }

    [HttpGet("customers")]
    public IActionResult Customers() => Ok(_db.Customers.ToList()); // expect: orm/unbounded-read

    [HttpGet("open")]
    public async Task<IActionResult> Open(int after)
    {
        return Ok(await _db.Orders.Where(order => order.Id > after).Take(20).ToListAsync());
    }

    [HttpGet("mine")]
    public async Task<IActionResult> Mine(int customer)
    {
        var orders = await _db.Orders.Where(order => order.CustomerId == customer).ToListAsync();
        return Ok(orders);
    }

    [HttpGet("statuses")]
    public async Task<IActionResult> Statuses() => Ok(await _db.OrderStatuses.ToListAsync());

    [HttpGet("names")]
    public IActionResult Names()
    {
        var known = _names.ToList();
        return Ok(known);
    }
}
