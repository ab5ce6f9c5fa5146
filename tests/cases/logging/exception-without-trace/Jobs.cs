namespace Shop;

public class Jobs
{
    public void Run()
    {
        try { Work(); }
        catch (Exception error)
        {
            _logger.LogError($"failed: {error.Message}"); // expect: logging/exception-without-trace
        }
        // Nothing to see.
        try { Work(); }
        catch (Exception error)
        {
            _logger.LogError("failed: {Message}", error.Message);
            _logger.LogDebug(error, "details");
            _logger.LogError(error, "failed");
        }
        try { Work(); }
        catch (Exception error)
        {
            _logger.LogError(error.ToString());
        }
        try { Work(); }
        catch (Exception error)
        {
            _logger.LogWarning("skipped: {Message}", error.Message);
        }
    }
}
