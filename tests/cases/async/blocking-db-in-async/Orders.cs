using Microsoft.EntityFrameworkCore;

namespace Shop;

public class Orders(ShopDbContext db, IOrderRepository orders)
{
    public async Task<object> Load(int id)
    {
        var order = db.Orders.Include(one => one.Lines).First(one => one.Id == id); // expect: async/blocking-db-in-async
        if (db.Customers.Any(one => one.Id == order.CustomerId)) // expect: async/blocking-db-in-async
        {
            await orders.TouchAsync(id);
        }
        db.SaveChanges(); // expect: async/blocking-db-in-async
        return order;
    }

    // Nothing to see: parts of other queries, lists in memory, other contexts, what is awaited.
    public async Task<object> Others(HttpContext http, int[] ids)
    {
        var late = await (from order in db.Orders
                          where !db.Invoices.Any(one => one.OrderId == order.Id)
                          select order).ToListAsync();
        var names = (await db.Customers.Where(one => ids.Contains(one.Id)).ToListAsync()).Select(one => one.Name).ToList();
        var items = http.Items.Any();
        var changed = db.ChangeTracker.Entries().First();
        return (late.Count(), names, items, changed, ids.ToList(), orders.Recent.ToList());
    }

    public int Now() => db.Orders.Count();
}
