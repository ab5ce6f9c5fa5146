using System.Linq;
using Microsoft.EntityFrameworkCore;

namespace Shop.Mails;

public class Order
{
    public int Id { get; set; }
    public int CustomerId { get; set; }
    public virtual Customer Customer { get; set; }
    public Address Address { get; set; }
}

public class Reminders
{
    private readonly ShopDbContext _db;

    public void Send()
    {
        var orders = _db.Orders.Where(order => order.Open).ToList();
        foreach (var order in orders)
        {
            Mail(order.Customer.Email); // expect: orm/n-plus-one
        }
    }

    public void Load(Order[] orders)
    {
        foreach (var order in orders)
        {
            _db.Entry(order).Collection(one => one.Lines).Load(); // expect: orm/n-plus-one
        }
    }

    public void Together()
    {
        var orders = _db.Orders.Include(order => order.Customer).ToList();
        foreach (var order in orders)
        {
            Mail(order.Customer.Email);
        }
        foreach (var order in _db.Orders.ToList())
        {
            Mark(order.Address.City, order.CustomerId);
        }
    }
}
