using Microsoft.AspNetCore.Mvc;

public class LoginController : Controller
{
    private readonly IInteraction _interaction;

    [HttpPost]
    public IActionResult Plain(string returnUrl)
    {
        return Redirect(returnUrl); // expect: injection/open-redirect
    }

    [HttpPost]
    public IActionResult Local(string returnUrl)
    {
        if (Url.IsLocalUrl(returnUrl))
        {
            return Redirect(returnUrl);
        }
        return LocalRedirect(returnUrl);
    }

    [HttpPost]
    public async Task<IActionResult> OfServer(LoginModel model)
    {
        var context = await _interaction.GetAuthorizationContextAsync(model.ReturnUrl);
        if (context != null)
        {
            return Redirect(model.ReturnUrl);
        }
        return Redirect("~/");
    }

    [HttpGet]
    public IActionResult Page(int number)
    {
        return Redirect($"/orders?page={number}");
    }
}
