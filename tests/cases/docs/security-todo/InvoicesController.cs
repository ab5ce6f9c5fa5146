using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

public class InvoicesController : ControllerBase
{
    // TODO: verify the signature before trusting this // expect: docs/security-todo
    [HttpPost("hook")]
    public IActionResult Hook() => Ok();

    // TODO: move this into a partial class
    [HttpGet("{id}")]
    public IActionResult Show(int id) => Ok();
}
