using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Shop;

public class Prices
{
    private readonly ShopDbContext _db;

    public void Of(string[] items)
    {
        List<int> found = new();
        var safe = new ConcurrentBag<int>();
        Parallel.ForEach(items, item =>
        {
            var price = Ask(item);
            found.Add(price); // expect: concurrency/loop-or-map-race
        });
        Parallel.ForEach(items, item => safe.Add(Ask(item)));
        Parallel.ForEach(items, item =>
        {
            lock (found)
            {
                found.Add(Ask(item));
            }
        });
        Parallel.ForEach(items, item =>
        {
            var own = new List<int>();
            own.Add(Ask(item));
        });
        Parallel.ForEach(items, item => Show(_db.Orders.Find(item))); // expect: concurrency/loop-or-map-race
    }
}
