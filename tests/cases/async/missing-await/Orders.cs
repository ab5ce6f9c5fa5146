using System.Threading.Tasks;

public class Orders
{
    public async Task Place(Order order, bool fast)
    {
        await _store.AddAsync(order);
        _mailer.SendAsync(order); // expect: async/missing-await
        _ = _audit.WriteAsync(order);
        var task = _stock.ReserveAsync(order);
        await task;
        await (fast ? _ship.FastAsync(order) : _ship.SlowAsync(order));
        await _log.WriteAsync(order).ConfigureAwait(false);
        await Task.WhenAll(_a.RunAsync(), _b.RunAsync());
        _worker.RunAsync().Forget();
        NotifyAsync(order);
    }

    private void NotifyAsync(Order order)
    {
        _bus.Send(order);
    }
}
