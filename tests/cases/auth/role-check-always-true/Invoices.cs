using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

public class InvoicesController : Controller
{
    public IActionResult Delete(int id, string given)
    {
        if (true || User.IsInRole("admin")) // expect: auth/role-check-always-true
        {
            Drop(id);
        }
        var role = given ?? "reader";
        if (role == "admin" || role == "owner")
        {
            Drop(id);
        }
        while (_busy || true)
        {
            break;
        }
        return Ok();
    }
}
