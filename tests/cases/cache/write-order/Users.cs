using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;

namespace Shop;

public class Users
{
    private readonly ShopDbContext _db;
    private readonly IMemoryCache _cache;
    private readonly IDistributedCache _shared;

    public async Task Rename(User user, string name)
    {
        await _shared.RemoveAsync("user:" + user.Id); // expect: cache/write-order
        user.Name = name;
        await _db.SaveChangesAsync();
    }

    public async Task Twice(User user, string name)
    {
        _cache.Remove($"user:{user.Id}");
        user.Name = name;
        await _db.SaveChangesAsync();
        _cache.Remove($"user:{user.Id}");
    }

    public async Task Behind(User user, string name)
    {
        user.Name = name;
        await _db.SaveChangesAsync();
        _cache.Remove($"user:{user.Id}");
    }

    public async Task Other(Order order)
    {
        _cache.Remove("menu");
        order.Open = false;
        await _db.SaveChangesAsync();
    }
}
