namespace Shop;

public class Rates
{
    private readonly HttpClient _own = new HttpClient();
    private HttpClient _kept;

    public async Task<string> Often(string name)
    {
        var client = new HttpClient(); // expect: http-client/client-per-call
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        return await client.GetStringAsync("https://rates.example/" + Uri.EscapeDataString(name));
    }

    public async Task<string> Once() => await new HttpClient().GetStringAsync("https://rates.example/"); // expect: http-client/client-per-call

    // Nothing to see: these are kept, handed on or made for others.
    public HttpClient CreateClient() => new HttpClient();

    public HttpClient Prepared()
    {
        var client = new HttpClient();
        return client;
    }

    public void Keep()
    {
        var client = new HttpClient();
        _kept = client;
    }
}
