namespace Shop;

public class Startup
{
    public void Configure(IApplicationBuilder app, IWebHostEnvironment env)
    {
        app.UseRouting();
        app.UseAuthorization(); // expect: auth/security-middleware-order
        app.UseAuthentication();
        app.UseEndpoints(endpoints => endpoints.MapControllers());
    }

    public void Late(IApplicationBuilder app)
    {
        app.UseMvc(); // expect: auth/security-middleware-order
        app.UseAuthentication();
    }

    // Nothing to see.
    public void Fine(IApplicationBuilder app)
    {
        app.UseStaticFiles();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpoints(endpoints => endpoints.MapControllers());
    }

    public void Branches(IApplicationBuilder app, IApplicationBuilder other)
    {
        app.UseAuthorization();
        other.UseAuthentication();
    }
}
