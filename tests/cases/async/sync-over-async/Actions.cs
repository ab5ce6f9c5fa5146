namespace Shop;

public class OrdersController : ControllerBase
{
    public IActionResult Load(int id)
    {
        var order = _orders.LoadAsync(id).Result; // expect: async/sync-over-async
        _orders.SaveAsync(order).Wait(); // expect: async/sync-over-async
        return Ok(order);
    }

    // Nothing to see: no request waits here.
    private Order Sync(int id) => _orders.LoadAsync(id).GetAwaiter().GetResult();
}
