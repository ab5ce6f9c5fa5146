using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;

public class Prices
{
    private readonly IMemoryCache _memory;
    private readonly IDistributedCache _shared;

    public async Task Remember(string id, decimal price)
    {
        _memory.Set("price:" + id, price); // expect: cache/no-expiry
        _memory.Set("price:" + id, price, TimeSpan.FromMinutes(1));
        _memory.Set("price:" + id, price, new MemoryCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(1) });
        await _shared.SetStringAsync("price:" + id, price.ToString()); // expect: cache/no-expiry
        var options = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) };
        await _shared.SetStringAsync("price:" + id, price.ToString(), options);
        await _shared.SetStringAsync("price:" + id, price.ToString(), Settings.CacheOptions);
        _memory.Set("feature-flags", price);
    }
}
