using System.Net.Http;
using System.Net.Http.Json;

namespace Shop;

public class Baskets
{
    private readonly HttpClient _client;

    public async Task<decimal> Total(int[] ids, string[] hosts)
    {
        var total = 0m;
        foreach (var id in ids)
        {
            var answer = await _client.GetAsync($"http://catalog/products/{id}"); // expect: architecture/chatty-service-calls
            total += await Price(answer);
        }
        foreach (var page in Enumerable.Range(1, 5))
        {
            var rows = await _client.GetFromJsonAsync<Row[]>($"http://catalog/products?page={page}");
            total += rows.Sum(row => row.Price);
        }
        foreach (var host in hosts)
        {
            await _client.GetAsync($"http://{host}/health");
        }
        return total;
    }
}
