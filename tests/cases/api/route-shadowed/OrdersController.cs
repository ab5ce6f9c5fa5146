using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

[ApiController]
[Route("orders")]
public class OrdersController : ControllerBase
{
    [HttpGet]
    public IActionResult All() => Ok();

    [HttpGet("")] // expect: api/route-shadowed
    public IActionResult List() => Ok();

    [HttpGet("{id}")]
    public IActionResult Show(int id) => Ok();

    [HttpPut("{id}")]
    public IActionResult Change(int id) => Ok();

    [HttpGet("{number:alpha}")]
    public IActionResult Find(string number) => Ok();

    [HttpPut("{order}")] // expect: api/route-shadowed
    public IActionResult Replace(int order) => Ok();

    [HttpPost]
    [Consumes("application/json")]
    public IActionResult Create() => Ok();

    [HttpPost]
    [Consumes("text/csv")]
    public IActionResult Import() => Ok();
}

[Route("api/[controller]/[action]")]
public class OldController : ControllerBase
{
    [HttpGet]
    public IActionResult One() => Ok();

    [HttpGet]
    public IActionResult Two() => Ok();
}
