using System.Linq;
using Microsoft.EntityFrameworkCore;

namespace Shop;

public class Prices
{
    private readonly ShopDbContext _db;

    public decimal Total(int[] ids)
    {
        var total = 0m;
        foreach (var id in ids)
        {
            total += _db.Products.Find(id).Price; // expect: orm/query-in-loop
        }
        foreach (var id in ids)
        {
            var key = id + 1;
            var product = _db.Products.FirstOrDefault(one => one.Id == key); // expect: orm/query-in-loop
            total += product.Price;
        }
        return total;
    }

    public decimal AtOnce(int[] ids)
    {
        var products = _db.Products.Where(one => ids.Contains(one.Id)).ToList();
        var total = 0m;
        foreach (var id in ids)
        {
            total += products.First(one => one.Id == id).Price;
            total += _names.Find(one => one == id).Length;
        }
        return total;
    }
}
