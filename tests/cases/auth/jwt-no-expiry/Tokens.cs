using System;
using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

public class TokenService
{
    private readonly SigningCredentials _credentials;
    private readonly SecurityKey _key;

    public string Endless(Claim[] claims)
    {
        var token = new JwtSecurityToken("shop", "shop", claims, signingCredentials: _credentials); // expect: auth/jwt-no-expiry
        return new JwtSecurityTokenHandler().WriteToken(token);
    }

    public string Short(Claim[] claims)
    {
        var one = new JwtSecurityToken("shop", "shop", claims, null, DateTime.UtcNow.AddMinutes(5), _credentials);
        return new JwtSecurityTokenHandler().WriteToken(one);
    }

    public JwtSecurityToken Read(string text)
    {
        return new JwtSecurityToken(text);
    }

    public TokenValidationParameters Rules()
    {
        return new TokenValidationParameters
        {
            IssuerSigningKey = _key,
            ValidateLifetime = false, // expect: auth/jwt-no-expiry
        };
    }

    public ClaimsPrincipal GetPrincipalFromExpiredToken(string token)
    {
        var rules = new TokenValidationParameters { IssuerSigningKey = _key, ValidateLifetime = false };
        return new JwtSecurityTokenHandler().ValidateToken(token, rules, out _);
    }
}
