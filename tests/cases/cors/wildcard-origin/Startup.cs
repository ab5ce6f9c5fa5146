using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Shop;

public class Startup
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.AddCors(options => options.AddDefaultPolicy(policy => policy.WithOrigins("https://shop.example")));
    }

    public void Configure(IApplicationBuilder app, IWebHostEnvironment env)
    {
        if (env.IsDevelopment())
        {
            app.UseCors(policy => policy.AllowAnyOrigin());
        }
        app.UseCors(policy => policy.AllowAnyOrigin().AllowAnyMethod()); // expect: cors/wildcard-origin
    }
}
