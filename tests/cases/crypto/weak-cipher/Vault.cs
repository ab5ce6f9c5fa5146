using System.Security.Cryptography;

public class Vault
{
    public ICryptoTransform Old(byte[] key)
    {
        var cipher = new DESCryptoServiceProvider { Key = key }; // expect: crypto/weak-cipher
        return cipher.CreateEncryptor();
    }

    public ICryptoTransform Blocks(byte[] key)
    {
        var cipher = new AesManaged { Key = key, Mode = CipherMode.ECB }; // expect: crypto/weak-cipher
        return cipher.CreateEncryptor();
    }

    public ICryptoTransform Chained(byte[] key)
    {
        using var cipher = Aes.Create();
        cipher.Key = key;
        cipher.Mode = CipherMode.CBC;
        return cipher.CreateEncryptor();
    }

    public void Sealed(byte[] key, byte[] nonce, byte[] text, byte[] sealedText, byte[] tag)
    {
        using var cipher = new AesGcm(key, 16);
        cipher.Encrypt(nonce, text, sealedText, tag);
    }
}
