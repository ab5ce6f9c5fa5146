using System.Data;
using System.Linq.Dynamic.Core;
using NCalc;

namespace Shop;

public class QueriesController(ShopContext db) : ControllerBase
{
    [HttpGet("sorted")]
    public IActionResult Sorted(string sort) => Ok(db.Products.OrderBy(sort).Take(10)); // expect: injection/expression-language

    [HttpPost("price")]
    public IActionResult Price([FromBody] PriceRequest request)
    {
        var expression = new Expression(request.Formula); // expect: injection/expression-language
        return Ok(expression.Evaluate());
    }

    // Nothing to see.
    [HttpGet("fine")]
    public IActionResult Fine(string name, string sort)
    {
        var column = sort == "price" ? "Price" : "Name";
        return Ok(db.Products.Where("Name == @0", name).Where(one => one.Name == name).OrderBy(column).Take(10));
    }
}
