namespace Shop;

public static class Origins
{
    public static void Add(IServiceCollection services)
    {
        services.AddCors(options => options.AddPolicy("a", policy => policy
            .SetIsOriginAllowed(origin => origin.Contains("shop.example")) // expect: cors/weak-origin-match
            .AllowCredentials()));
        services.AddCors(options => options.AddPolicy("b", policy => policy
            .SetIsOriginAllowed(origin => new Uri(origin).Host.EndsWith("shop.example")) // expect: cors/weak-origin-match
            .AllowCredentials()));
        // Nothing to see.
        services.AddCors(options => options.AddPolicy("c", policy => policy
            .SetIsOriginAllowed(origin => origin == "https://shop.example" || origin.EndsWith(".shop.example"))));
        services.AddCors(options => options.AddPolicy("d", policy => policy
            .SetIsOriginAllowed(origin => Allowed.Contains(origin))));
    }
}
