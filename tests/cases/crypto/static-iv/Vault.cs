using System.Security.Cryptography;
using System.Text;

public class Vault
{
    private static readonly byte[] Iv = Encoding.ASCII.GetBytes("abcdefgh12345678");

    public ICryptoTransform Shared(byte[] key)
    {
        using var aes = Aes.Create();
        return aes.CreateEncryptor(key, Iv); // expect: crypto/static-iv
    }

    public ICryptoTransform Empty(byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        aes.IV = new byte[16]; // expect: crypto/static-iv
        return aes.CreateEncryptor();
    }

    public ICryptoTransform Fresh(byte[] key)
    {
        using var aes = Aes.Create();
        var iv = new byte[16];
        RandomNumberGenerator.Fill(iv);
        aes.IV = iv;
        return aes.CreateEncryptor(key, aes.IV);
    }

    public ICryptoTransform Open(byte[] key, byte[] message)
    {
        using var aes = Aes.Create();
        return aes.CreateDecryptor(key, message[..16]);
    }
}
