using System.Security.Cryptography;
using System.Text;

namespace Shop;

public class Passwords
{
    private static readonly byte[] Salt = Encoding.UTF8.GetBytes("0123456789abcdef");

    public byte[] Hash(string password)
    {
        using var derive = new Rfc2898DeriveBytes(password, Salt, 600_000, HashAlgorithmName.SHA512); // expect: auth/static-salt
        return derive.GetBytes(32);
    }

    public byte[] Own(string password, byte[] salt)
    {
        return Rfc2898DeriveBytes.Pbkdf2(password, salt, 600_000, HashAlgorithmName.SHA512, 32);
    }

    public byte[] KeyOf(string secret)
    {
        return Rfc2898DeriveBytes.Pbkdf2(secret, Salt, 600_000, HashAlgorithmName.SHA512, 32);
    }
}
