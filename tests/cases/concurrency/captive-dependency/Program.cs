using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Shop;

public class Prices
{
    public Prices(IRates rates) { }
}

public class Rates : IRates
{
    public Rates(ShopDbContext db) { }
}

public class Clock
{
    public Clock(TimeProvider time) { }
}

public class Audit
{
    public Audit(
        RequestDelegate next,
        ShopDbContext db) { } // expect: concurrency/captive-dependency
}

public class Timing
{
    public Timing(RequestDelegate next) { }

    public Task InvokeAsync(HttpContext context, ShopDbContext db) => Task.CompletedTask;
}

public class Cleaner : BackgroundService
{
    public Cleaner(IServiceScopeFactory scopes) { }
}

public static class Setup
{
    public static void Add(IServiceCollection services)
    {
        services.AddDbContext<ShopDbContext>();
        services.AddScoped<IRates, Rates>();
        services.AddSingleton<Prices>(); // expect: concurrency/captive-dependency
        services.AddSingleton<AuditDbContext>(); // expect: concurrency/captive-dependency
        services.AddSingleton<Clock>();
        services.AddHostedService<Cleaner>();
    }
}
