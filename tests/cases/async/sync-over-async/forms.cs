public class Rates(HttpClient client)
{
    public async Task Load()
    {
        var a = client.GetStringAsync("/a").Result; // expect: async/sync-over-async
        var b = LoadAsync().GetAwaiter().GetResult(); // expect: async/sync-over-async
        LoadAsync().Wait(); // expect: async/sync-over-async
        var c = LoadAsync().ConfigureAwait(false).GetAwaiter().GetResult(); // expect: async/sync-over-async

        // Nothing to see.
        var d = await client.GetStringAsync("/a");
        var e = (await LoadAsync()).Result;
        var f = await Task.Run(() => LoadAsync().Result);
        var task = LoadAsync();
        await Task.WhenAll(task);
        Show(task.Result);
    }

    public int Now() => LoadAsync().Result;
}
