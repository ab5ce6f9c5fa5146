using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("files")]
public class FilesController : ControllerBase
{
    private readonly string _root;

    [HttpGet("{name}")]
    public IActionResult Get(string name)
    {
        return PhysicalFile(Path.Combine(_root, name), "application/pdf"); // expect: injection/path-traversal
    }

    [HttpPost]
    public async Task<IActionResult> Put(IFormFile file)
    {
        var target = Path.Combine(_root, file.FileName);
        await using var stream = new FileStream(target, FileMode.Create); // expect: injection/path-traversal
        await file.CopyToAsync(stream);
        return Ok();
    }

    [HttpPost("safe")]
    public async Task<IActionResult> PutSafely(IFormFile file)
    {
        var target = Path.Combine(_root, Path.GetRandomFileName() + Path.GetExtension(file.FileName));
        await using var stream = new FileStream(target, FileMode.Create);
        await file.CopyToAsync(stream);
        return Ok();
    }

    [HttpGet("checked/{name}")]
    public IActionResult GetChecked(string name)
    {
        var full = Path.GetFullPath(Path.Combine(_root, name));
        if (!full.StartsWith(_root))
        {
            return NotFound();
        }
        return Ok(System.IO.File.ReadAllText(full));
    }

    [HttpGet("numbered/{id}")]
    public IActionResult GetNumbered(int id)
    {
        return Ok(System.IO.File.ReadAllText(Path.Combine(_root, $"{id}.txt")));
    }

    [HttpPost("body")]
    public async Task<IActionResult> Body()
    {
        using var reader = new StreamReader(Request.Body);
        return Ok(await reader.ReadToEndAsync());
    }
}
