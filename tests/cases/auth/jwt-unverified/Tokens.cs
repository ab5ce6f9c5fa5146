using System.IdentityModel.Tokens.Jwt;
using System.Linq;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Controllers;

[ApiController]
public class TokensController : ControllerBase
{
    [HttpGet("who")]
    public IActionResult Who(string token)
    {
        var handler = new JwtSecurityTokenHandler();
        var read = handler.ReadJwtToken(token); // expect: auth/jwt-unverified
        return Ok(read.Claims.First().Value);
    }

    [Authorize]
    [HttpGet("me")]
    public IActionResult Me([FromHeader] string token)
    {
        var handler = new JwtSecurityTokenHandler();
        return Ok(handler.ReadJwtToken(token).Claims.First().Value);
    }

    public TokenValidationParameters Lax()
    {
        return new TokenValidationParameters
        {
            SignatureValidator = (token, _) => new JwtSecurityToken(token), // expect: auth/jwt-unverified
        };
    }

    public TokenValidationParameters Strict()
    {
        return new TokenValidationParameters
        {
            SignatureValidator = (token, parameters) => Check(token, parameters),
        };
    }
}
