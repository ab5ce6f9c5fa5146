using System.Transactions;

namespace Shop;

public class Transfers
{
    public async Task Lost()
    {
        using (var scope = new TransactionScope(TransactionScopeOption.RequiresNew)) // expect: transaction/spring-proxy-bypass
        {
            await _accounts.TakeAsync();
            scope.Complete();
        }
    }

    // Nothing to see.
    public async Task Followed()
    {
        using var scope = new TransactionScope(TransactionScopeOption.Required, TransactionScopeAsyncFlowOption.Enabled);
        await _accounts.TakeAsync();
        scope.Complete();
    }

    public async Task Before()
    {
        await _accounts.LoadAsync();
        using var scope = new TransactionScope();
        _accounts.Take();
        scope.Complete();
    }
}
