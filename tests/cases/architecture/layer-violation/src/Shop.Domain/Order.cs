using System;
using Microsoft.AspNetCore.Http; // expect: architecture/layer-violation
using Shop.Domain.Shared;

namespace Shop.Domain;

public class Order
{
    public string Who(HttpContext context) => context.User.Identity.Name;
}
