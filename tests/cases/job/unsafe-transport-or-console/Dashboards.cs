using Hangfire;
using Hangfire.Dashboard;

namespace Shop;

public class Open : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context) // expect: job/unsafe-transport-or-console
    {
        return true;
    }
}

public class Guarded : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context)
    {
        return context.GetHttpContext().User.IsInRole("operator");
    }
}

public static class Dashboards
{
    public static void Use(WebApplication app)
    {
        app.UseHangfireDashboard("/jobs", new DashboardOptions { Authorization = [] }); // expect: job/unsafe-transport-or-console
        // Nothing to see: without options, only this machine may.
        app.UseHangfireDashboard();
        app.UseHangfireDashboard("/jobs", new DashboardOptions { Authorization = [new Guarded()] });
    }
}
