using System;
using System.Linq;
using System.Security.Cryptography;

public class Codes
{
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static readonly Random Dice = new Random();

    public string GeneratePassword(int length)
    {
        return new string(Enumerable.Range(0, length).Select(_ => Letters[Dice.Next(Letters.Length)]).ToArray()); // expect: crypto/insecure-random
    }

    public string Otp()
    {
        var otp = Random.Shared.Next(100000, 1000000); // expect: auth/otp-weak-code
        return otp.ToString();
    }

    public string Token()
    {
        return Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    }

    public TimeSpan Backoff(int attempt)
    {
        var jitter = Dice.Next(0, 100);
        return TimeSpan.FromMilliseconds((100 << attempt) + jitter);
    }

    public string Pick(string[] colours)
    {
        return colours[Dice.Next(colours.Length)];
    }
}
