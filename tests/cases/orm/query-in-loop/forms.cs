using Microsoft.EntityFrameworkCore;

public class Orders(ShopContext db)
{
    public async Task Load(List<int> ids)
    {
        foreach (var id in ids)
        {
            var one = await db.Orders.FindAsync(id); // expect: orm/query-in-loop
        }

        // Nothing to see.
        foreach (var order in await db.Orders.ToListAsync())
        {
            Show(order);
        }
        var counts = db.Orders.Select(o => new { o.Id, Lines = db.Lines.Count(l => l.OrderId == o.Id) });
        var all = await db.Orders.Where(o => ids.Contains(o.Id)).ToListAsync();
    }
}
