using System.Security.Cryptography;

namespace Shop;

public class Signatures
{
    public bool Text(string body, string given)
    {
        using var hmac = new HMACSHA256(_key);
        var hash = hmac.ComputeHash(Encoding.UTF8.GetBytes(body));
        var expected = "sha256=" + Convert.ToHexString(hash).ToLower();
        return string.Equals(given, expected); // expect: crypto/timing-unsafe-compare
    }

    public void Header(HttpRequest request, byte[] body)
    {
        var computed = Convert.ToBase64String(HMACSHA512.HashData(_key, body));
        if (request.Headers["X-Signature"] != computed) // expect: crypto/timing-unsafe-compare
        {
            throw new UnauthorizedAccessException();
        }
    }

    // Nothing to see.
    public bool Fine(byte[] body, byte[] given)
    {
        var computed = HMACSHA256.HashData(_key, body);
        return CryptographicOperations.FixedTimeEquals(computed, given);
    }

    public string Etag(byte[] body, string known)
    {
        var tag = Convert.ToHexString(SHA256.HashData(body));
        return tag == known ? "same" : tag;
    }

    public string Sign(byte[] body, string kind)
    {
        var computed = HMACSHA256.HashData(_key, body);
        return kind == "hex" ? Convert.ToHexString(computed) : Convert.ToBase64String(computed);
    }
}
