using Hangfire;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Shop.Controllers;

[ApiController]
public class PaymentsController : ControllerBase
{
    private readonly ShopDbContext _db;
    private readonly IBackgroundJobClient _jobs;

    [HttpPost("pay")]
    public async Task<IActionResult> Pay(int id)
    {
        var order = await _db.Orders.FindAsync(id);
        BackgroundJob.Enqueue<Mails>(mails => mails.Receipt(order)); // expect: job/rich-argument
        _jobs.Enqueue(() => Audit.Write(HttpContext)); // expect: job/rich-argument
        _jobs.Enqueue(() => Audit.Write(order.Id));
        _jobs.Enqueue(() => Audit.Note(id));
        return Ok();
    }
}
