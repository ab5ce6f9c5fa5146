namespace Shop;

[ApiController]
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpGet("{id}/lines/{lineId:guid}")] // expect: api/path-parameter-mismatch
    public IActionResult Line(Guid orderId, Guid lineId) => Ok();

    // Nothing to see.
    [HttpGet("{id}")]
    public IActionResult Load(int id, string include, CancellationToken token) => Ok();

    [HttpGet("{*path}")]
    public IActionResult Files(string path) => Ok();

    [HttpPut("{id}")]
    public IActionResult Change([FromRoute] OrderKey key, [FromBody] Order order, string orderId) => Ok();

    [HttpGet("{version}/{culture?}")]
    public IActionResult Any(int page) => Ok();

    [HttpGet("by/{name}")]
    public IActionResult Raw(string surname) => Ok(RouteData.Values["name"]);
}
