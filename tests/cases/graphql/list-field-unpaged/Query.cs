using HotChocolate;
using HotChocolate.Data;
using HotChocolate.Types;

namespace Shop.Graph;

public class Query
{
    [UseProjection]
    [UseFiltering]
    public IQueryable<Order> GetOrders(ShopDbContext db) => db.Orders; // expect: graphql/list-field-unpaged

    [UsePaging]
    [UseFiltering]
    public IQueryable<Order> GetPagedOrders(ShopDbContext db) => db.Orders;

    public IQueryable<Order> GetLatest(ShopDbContext db, int limit) => db.Orders.Take(limit);

    public IQueryable<Role> GetRoles(ShopDbContext db) => db.Roles;

    public Order GetOrder(ShopDbContext db, int id) => db.Orders.Find(id);
}

public class Report
{
    public IQueryable<Order> GetOrders(ShopDbContext db) => db.Orders;
}
