using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.Model;

namespace Shop;

public class Orders
{
    private readonly IAmazonDynamoDB _client;
    private readonly IDynamoDBContext _context;

    public async Task Of(string customer)
    {
        await _client.ScanAsync(new ScanRequest { TableName = "orders" }); // expect: nosql/dynamodb-scan
        await _context.ScanAsync<Order>(conditions).GetRemainingAsync(); // expect: nosql/dynamodb-scan
        await _client.ScanAsync(new ScanRequest { TableName = "orders", TotalSegments = 4, Segment = 1 });
        await _client.QueryAsync(new QueryRequest { TableName = "orders" });
        await _client.ScanAsync(new ScanRequest { TableName = "settings" });
    }
}
