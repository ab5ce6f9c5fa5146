namespace Shop.Web;

public static class FileEndpoints
{
    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files").RequireAuthorization().WithTags("files");
        files.MapGet("/{name}", Download);
        files.MapGet("/page/{number:int}", Page);
        files.MapDelete("/{name}", (string name) => File.Delete(Path.Combine("/data", name))); // expect: injection/path-traversal
        files.MapPost("/{name}", (string name) => File.Delete(Path.Combine("/data", Path.GetFileName(name))));
    }

    private static IResult Download(string name) =>
        Results.File(Path.Combine("/data", name), "application/octet-stream"); // expect: injection/path-traversal

    private static IResult Page(int number) => Results.File(Path.Combine("/data", $"{number}.txt"));

    // Nothing to see: nobody outside calls it.
    private static IResult Fixed(string name) => Results.File(Path.Combine("/data", name));
}

[Authorize(Policy = "RequiresElevation")]
public class FoldersController : ControllerBase
{
    // Nothing to see: who administers a server chooses its folders.
    [HttpPost]
    public IActionResult Rename([FromQuery] string name, [FromQuery] string other)
    {
        Directory.Move(Path.Combine(_root, name), Path.Combine(_root, other));
        return NoContent();
    }
}
