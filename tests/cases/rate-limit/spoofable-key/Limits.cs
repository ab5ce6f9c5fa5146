using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Shop;

public static class Limits
{
    public static RateLimitPartition<string> By(HttpContext context)
    {
        if (context.Request.Path == "/login")
        {
            return RateLimitPartition.GetTokenBucketLimiter(
                context.Request.Headers["X-Real-IP"].ToString(), // expect: rate-limit/spoofable-key
                _ => new TokenBucketRateLimiterOptions());
        }
        if (context.Request.Path == "/api")
        {
            return RateLimitPartition.GetTokenBucketLimiter(context.User.Identity.Name, _ => new TokenBucketRateLimiterOptions());
        }
        return RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress.ToString(), _ => new FixedWindowRateLimiterOptions());
    }
}
