namespace Shop;

public static class Files
{
    public static void Use(WebApplication app, IWebHostEnvironment env)
    {
        app.UseDirectoryBrowser("/files"); // expect: config/admin-endpoints-exposed (warning)
        app.UseFileServer(enableDirectoryBrowsing: true); // expect: config/admin-endpoints-exposed (warning)
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Directory.GetCurrentDirectory()) }); // expect: config/admin-endpoints-exposed
        // Nothing to see.
        app.UseStaticFiles();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Path.Combine(env.ContentRootPath, "public")) });
        if (env.IsDevelopment())
        {
            app.UseDirectoryBrowser();
        }
    }
}
