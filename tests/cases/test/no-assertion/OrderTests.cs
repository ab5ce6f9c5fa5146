using Xunit;

namespace Shop.Tests;

public class OrderTests
{
    [Fact]
    public async Task Refuses()
    {
        Assert.ThrowsAsync<EmptyOrderException>(() => _orders.Place()); // expect: test/no-assertion
        await Assert.ThrowsAsync<EmptyOrderException>(() => _orders.Place());
        var later = Assert.ThrowsAsync<EmptyOrderException>(() => _orders.Place());
        await later;
    }

    [Fact]
    public void Exists() // expect: test/no-assertion
    {
        Assert.True(true);
    }

    [Fact]
    public void Counts()
    {
        Assert.True(_orders.Count > 3);
    }
}
