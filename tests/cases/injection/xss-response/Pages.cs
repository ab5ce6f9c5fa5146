using System.Net;
using System.Text.Encodings.Web;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

public class PagesController : Controller
{
    private readonly HtmlEncoder _encoder;

    [HttpGet]
    public IActionResult Hello(string name)
    {
        return Content($"<h1>{name}</h1>", "text/html"); // expect: injection/xss-response
    }

    [HttpGet]
    public async Task Write(string name)
    {
        Response.ContentType = "text/html";
        await Response.WriteAsync("<h1>" + name + "</h1>"); // expect: injection/xss-response
    }

    [HttpGet]
    public IActionResult Encoded(string name)
    {
        var safe = WebUtility.HtmlEncode(name);
        return Content($"<h1>{safe}</h1><p>{_encoder.Encode(name)}</p>", "text/html");
    }

    [HttpGet]
    public IActionResult Plain(string name) => Content(name);

    [HttpGet]
    public IActionResult Data(string name) => Json(new { name });

    [HttpGet]
    public IActionResult Templated(string name) => View("Hello", name);
}
