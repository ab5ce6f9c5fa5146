using Microsoft.Extensions.Logging;

namespace Shop;

public class Accounts(ILogger<Accounts> logger)
{
    public void Login(LoginModel model, Device device)
    {
        logger.LogInformation("login of {User} with {Password}", model.Email, model.Password); // expect: logging/sensitive-data
        logger.LogDebug($"token {device.AccessToken}"); // expect: logging/sensitive-data
        // Nothing to see.
        logger.LogInformation("login of {User}", model.Email);
        logger.LogInformation("password of {User} has {Length} characters", model.Email, model.Password.Length);
        logger.LogWarning("no password given");
    }
}
