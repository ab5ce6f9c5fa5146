namespace Shop;

public class Accounts(SignInManager<User> signIn)
{
    public async Task Login(LoginModel model, User user)
    {
        await signIn.PasswordSignInAsync(model.Email, model.Password, model.Remember, false); // expect: rate-limit/lockout-disabled
        await signIn.CheckPasswordSignInAsync(user, model.Password, lockoutOnFailure: false); // expect: rate-limit/lockout-disabled
        // Nothing to see.
        await signIn.PasswordSignInAsync(model.Email, model.Password, false, true);
        await signIn.PasswordSignInAsync(model.Email, model.Password, model.Remember, _options.Lockout);
    }

    public void Configure(IdentityOptions options)
    {
        options.Lockout.MaxFailedAccessAttempts = int.MaxValue; // expect: rate-limit/lockout-disabled
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.AllowedForNewUsers = true;
    }
}
