using System;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("session")]
public class SessionController : ControllerBase
{
    [HttpPost]
    public IActionResult Start(string token)
    {
        Response.Cookies.Append("session", token); // expect: session/cookie-flags
        var weak = new CookieOptions { HttpOnly = true, Expires = DateTimeOffset.UtcNow.AddDays(7) };
        Response.Cookies.Append("refreshToken", token, weak); // expect: session/cookie-flags
        var strong = new CookieOptions { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict };
        Response.Cookies.Append("accessToken", token, strong);
        var later = new CookieOptions { HttpOnly = true };
        later.Secure = true;
        later.SameSite = SameSiteMode.Lax;
        Response.Cookies.Append("authToken", token, later);
        Response.Cookies.Append("idToken", token, Settings.CookieOptions);
        Response.Cookies.Append("theme", "dark");
        Response.Cookies.Append("session", "");
        Response.Cookies.Delete("session");
        return Ok();
    }
}
