namespace Shop;

public class Gates
{
    private readonly SemaphoreSlim _gate = new SemaphoreSlim(1, 1);
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly CountdownEvent _done = new(3);

    public async Task Blocks()
    {
        _gate.Wait(); // expect: concurrency/lock-across-await
        try { await _store.SaveAsync(); } finally { _gate.Release(); }
    }

    public async Task LeavesShut(int id)
    {
        await _gate.WaitAsync(); // expect: concurrency/lock-across-await
        await _store.SaveAsync(id);
        _gate.Release();
    }

    public async Task Wanders()
    {
        _lock.EnterWriteLock(); // expect: concurrency/lock-across-await
        try { await _store.SaveAsync(); } finally { _lock.ExitWriteLock(); }
    }

    // Nothing to see.
    public async Task Fine()
    {
        await _gate.WaitAsync();
        try { await _store.SaveAsync(); } finally { _gate.Release(); }
        _lock.EnterReadLock();
        var one = _items[0];
        _lock.ExitReadLock();
        await _store.SaveAsync(one);
        _done.Wait();
    }

    public void NotAsync()
    {
        _gate.Wait();
        try { _store.Save(); } finally { _gate.Release(); }
    }
}
