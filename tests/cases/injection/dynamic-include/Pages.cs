namespace Shop;

public class PagesController : Controller
{
    public IActionResult Show(string page) => View("Pages/" + page); // expect: injection/dynamic-include

    public IActionResult Part(string name)
    {
        return PartialView(name); // expect: injection/dynamic-include
    }

    // Nothing to see.
    public IActionResult Form(LoginModel model) => View(model);

    public IActionResult Named(string name, int count)
    {
        var model = new PageModel { Name = name };
        return count > 0 ? View("Named", name) : View(model);
    }
}
