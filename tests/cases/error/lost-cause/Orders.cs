using System;

namespace Shop;

public class Orders
{
    public void Save(Order order)
    {
        try
        {
            Store(order);
        }
        catch (StoreException error)
        {
            _log.Write(error);
            throw error; // expect: error/lost-cause
        }
        catch (TimeoutException error)
        {
            error = Explain(error);
            throw error;
        }
        catch (OrderException error)
        {
            throw new ShopException("not saved", error);
        }
        catch (Exception)
        {
            throw;
        }
    }

    public void Refuse(Exception error)
    {
        throw error;
    }
}
