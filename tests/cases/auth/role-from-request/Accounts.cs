namespace Shop;

public class AccountsController(UserStore users) : ControllerBase
{
    [HttpPost("register")]
    public async Task<IActionResult> Register(RegisterModel model)
    {
        var user = new User { Email = model.Email };
        user.IsAdmin = model.IsAdmin; // expect: auth/role-from-request
        await users.AddAsync(user);
        return Ok();
    }

    // Nothing to see.
    [HttpPost("users")]
    [Authorize(Policy = "admins")]
    public async Task<IActionResult> CreateUser(UserModel model)
    {
        await users.AddAsync(new User { Email = model.Email, Role = model.Role });
        return Ok();
    }

    [HttpPost("signup")]
    public async Task<IActionResult> SignUp(RegisterModel model)
    {
        await users.AddAsync(new User { Email = model.Email, Role = Roles.Customer });
        return Ok();
    }
}
