"""Flows in C#: what a client sends, through the forms of the language, to where it does harm."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.match import compile_rules
from backspec.code.models import models
from backspec.model import Document

HEAD = """using System.Collections.Generic;
using System.Data;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.SqlClient;
namespace Shop;
"""


def flows(text: str) -> list[str]:
    """The ids of the injection rules that speak up, in order."""
    rules = compile_rules("csharp", models("csharp"), catalog.rules().values(), "recommended")
    assert not rules.problems
    document = Document("/w/A.cs", text.encode(), "csharp")
    found = analysis.analyse(document, rules, path="src/A.cs")
    return [one.rule for one in found if one.rule.startswith("injection/")]


def in_action(body: str, parameters: str = "string q", members: str = "") -> list[str]:
    return flows(
        HEAD
        + "[ApiController] public class OrdersController : ControllerBase {\n"
        + "  private readonly SqlConnection _db; private readonly SqlCommand _cmd;\n"
        + members
        + f'\n  [HttpGet("x")] public async Task<IActionResult> Find({parameters}) {{\n{body}\n'
        + "  return Ok(); }\n}\n"
    )


SQL = "new SqlCommand({}, _db);"
SOURCES = [
    "q",
    'Request.Query["q"]',
    'Request.Query["q"].ToString()',
    'Request.Query["q"].FirstOrDefault()',
    'Request.Form["q"]',
    'Request.Headers["X-Q"]',
    'Request.Cookies["q"]',
    'HttpContext.Request.Query["q"]',
    'Request.RouteValues["q"]',
    "Request.QueryString.Value",
    "await new StreamReader(Request.Body).ReadToEndAsync()",
    "q!",
    "q ?? \"\"",
    "q.Trim().ToLower()",
    "q.Substring(1)",
    "(string)Request.Query[\"q\"]",
    "Request.Query[\"q\"] as string",
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_sources(source: str) -> None:
    assert in_action(f'var s = "SELECT " + {source}; var c = new SqlCommand(s, _db);') == [
        "injection/sql"
    ]


TAINTED = [
    'var c = new SqlCommand("SELECT " + q, _db);',
    'var c = new SqlCommand($"SELECT {q}", _db);',
    'var c = new SqlCommand(string.Format("SELECT {0}", q), _db);',
    'var c = new SqlCommand(String.Concat("SELECT ", q), _db);',
    'var c = new SqlCommand("SELECT @".Replace("@", q), _db);',
    'var c = new SqlCommand(string.Join(",", new[] { "a", q }), _db);',
    'var c = new SqlCommand { CommandText = "SELECT " + q };',
    'var c = new SqlCommand(); c.CommandText = "SELECT " + q;',
    'var c = _db.CreateCommand(); c.CommandText = $"SELECT {q}";',
    '_cmd.CommandText = "SELECT "; _cmd.CommandText += q;',
    'var sb = new StringBuilder(); sb.Append("SELECT "); sb.Append(q); var c = new SqlCommand(sb.ToString(), _db);',
    'var sb = new StringBuilder("SELECT ").Append(q); var c = new SqlCommand(sb.ToString(), _db);',
    'var sb = new StringBuilder(); sb.Append("SELECT ").AppendFormat("{0}", q).Append("x"); var c = new SqlCommand(sb.ToString(), _db);',
    'var s = "SELECT "; s += q; var c = new SqlCommand(s, _db);',
    'string s; if (q.Length > 3) { s = q; } else { s = "x"; } var c = new SqlCommand(s, _db);',
    'if (q != null) { var s = "SELECT " + q; var c = new SqlCommand(s, _db); }',
    'using (var c = new SqlCommand("SELECT " + q, _db)) { c.ExecuteReader(); }',
    'using var c = new SqlCommand("SELECT " + q, _db);',
    'try { var c = new SqlCommand("SELECT " + q, _db); } catch (Exception) { throw; }',
    'var d = new Dictionary<string, string>(); d["a"] = q; d["b"] = "x"; var c = new SqlCommand(d["a"], _db);',
    'var d = new Dictionary<string, string> { ["a"] = q, ["b"] = "x" }; var c = new SqlCommand(d["a"], _db);',
    'var d = new Dictionary<string, string> { { "a", q } }; var c = new SqlCommand(d["a"], _db);',
    'var d = new Dictionary<string, string>(); d.Add("a", q); var c = new SqlCommand(d["a"], _db);',
    'var d = new Dictionary<string, string>(); d.Add("a", q); if (d.TryGetValue("a", out var v)) { var c = new SqlCommand(v, _db); }',
    'var l = new List<string>(); l.Add("x"); l.Add(q); var c = new SqlCommand(l[1], _db);',
    'var l = new List<string> { "x", q }; var c = new SqlCommand(l[1], _db);',
    'string[] a = { "x", q }; var c = new SqlCommand(a[1], _db);',
    'var a = new string[2]; a[1] = q; var c = new SqlCommand(a[1], _db);',
    'var (a, b) = (q, "x"); var c = new SqlCommand(a, _db);',
    'string a, b; (a, b) = (q, "x"); var c = new SqlCommand(a, _db);',
    'foreach (var one in q.Split(",")) { var c = new SqlCommand("SELECT " + one, _db); }',
    'var s = q.Length > 0 ? q : "x"; var c = new SqlCommand(s, _db);',
    'var s = 7 * 6 > 40 ? q : "x"; var c = new SqlCommand(s, _db);',
    'var s = q switch { "a" => "x", _ => q }; var c = new SqlCommand(s, _db);',
    'var s = 1 switch { 1 => q, _ => "x" }; var c = new SqlCommand(s, _db);',
    'string s; switch (q) { case "a": s = "x"; break; default: s = q; break; } var c = new SqlCommand(s, _db);',
    'string s; switch (2) { case 2: s = q; break; default: s = "x"; break; } var c = new SqlCommand(s, _db);',
    'switch (q.Length) { case 1: var s = q; var c = new SqlCommand(s, _db); break; }',
    'string s = "x"; int n = 106; if ((7 * 18) + n > 200) s = q; var c = new SqlCommand(s, _db);',
    'if (!Allowed.Contains(q)) { log(q); } var c = new SqlCommand(q, _db);',
    'if (Regex.IsMatch(q, "^a")) { var c = new SqlCommand(q, _db); }',
    'object o = q; if (o is string s) { var c = new SqlCommand(s, _db); }',
    'Request.Query.TryGetValue("q", out var v); var c = new SqlCommand(v, _db);',
    'void Run(string s) { var c = new SqlCommand(s, _db); } Run(q);',
    'Func<string, string> f = s => "SELECT " + s; var c = new SqlCommand("SELECT " + q, _db);',
    'var p = new { A = q, B = "x" }; var c = new SqlCommand(p.A, _db);',
    'var a = q.Split(","); for (var i = 0; i < a.Length; i++) { var c = new SqlCommand("SELECT " + a[i], _db); }',
    'while (q != "x") { var c = new SqlCommand(q, _db); }',
    'var c = new SqlCommand(@"SELECT * FROM a WHERE b = \'" + q + "\'", _db);',
    'var c = new SqlCommand($@"SELECT {q}", _db);',
    'var c = new SqlCommand($"""SELECT {q}""", _db);',
    'var c = new Microsoft.Data.SqlClient.SqlCommand("SELECT " + q, _db);',
    'var a = new SqlDataAdapter("SELECT " + q, _db);',
    'var l = q.Split(",").Select(one => $"\'{one}\'"); var c = new SqlCommand("SELECT " + string.Join(",", l), _db);',
    'var o = System.Text.Json.JsonSerializer.Deserialize<Order>(await new StreamReader(Request.Body).ReadToEndAsync()); var c = new SqlCommand("SELECT " + o.Name, _db);',
    'var b = new Box { Name = q }; var c = new SqlCommand("SELECT " + b.Name, _db);',
    'var s = q; Task.Run(() => { var c = new SqlCommand("SELECT " + s, _db); });',
]  # fmt: skip


@pytest.mark.parametrize("body", TAINTED)
def test_input_reaches_the_statement(body: str) -> None:
    assert in_action(body) == ["injection/sql"]


HARMLESS = [
    'var c = new SqlCommand("SELECT 1", _db);',
    'var c = new SqlCommand("SELECT @q", _db); c.Parameters.AddWithValue("@q", q);',
    'var id = int.Parse(q); var c = new SqlCommand("SELECT " + id, _db);',
    'var id = Convert.ToInt32(q); var c = new SqlCommand($"SELECT {id}", _db);',
    'if (!int.TryParse(q, out var id)) { return BadRequest(); } var c = new SqlCommand("SELECT " + id, _db);',
    'if (!Guid.TryParse(q, out _)) return BadRequest(); var c = new SqlCommand("SELECT " + q, _db);',
    'var s = q; s = "x"; var c = new SqlCommand(s, _db);',
    'string s; if (q == "a") { s = "x"; } else { s = "y"; } var c = new SqlCommand(s, _db);',
    'if (!Allowed.Contains(q)) { return BadRequest(); } var c = new SqlCommand(q, _db);',
    'if (!Allowed.Contains(q)) throw new ArgumentException(); var c = new SqlCommand(q, _db);',
    'if (q is not ("a" or "b")) { return BadRequest(); } var c = new SqlCommand(q, _db);',
    'if (q is "a" or "b") { var c = new SqlCommand(q, _db); }',
    'if (q == "a" || q == "b") { var s = q == "a" ? "x" : "y"; var c = new SqlCommand(s, _db); }',
    'var s = q == "name" ? "name" : "id"; var c = new SqlCommand("SELECT " + s, _db);',
    'var s = q switch { "a" => "x", "b" => "y", _ => "z" }; var c = new SqlCommand("SELECT " + s, _db);',
    'var s = 2 switch { 1 => q, _ => "x" }; var c = new SqlCommand(s, _db);',
    'string s; switch (q) { case "a": s = "x"; break; default: s = "y"; break; } var c = new SqlCommand(s, _db);',
    'string s; switch (2) { case 1: s = q; break; default: s = "x"; break; } var c = new SqlCommand(s, _db);',
    'switch (q) { case "a": case "b": var c = new SqlCommand(q, _db); break; }',
    'switch (q) { case "a": break; default: return BadRequest(); } var c = new SqlCommand(q, _db);',
    'string s = "x"; int n = 106; if ((7 * 18) - n > 200) s = q; var c = new SqlCommand(s, _db);',
    'var s = 7 * 6 < 40 ? q : "x"; var c = new SqlCommand(s, _db);',
    'if (!Regex.IsMatch(q, "^[a-z]+$")) return BadRequest(); var c = new SqlCommand(q, _db);',
    'if (q.All(char.IsLetterOrDigit)) { var c = new SqlCommand(q, _db); }',
    'var d = new Dictionary<string, string>(); d["a"] = q; d["b"] = "x"; var c = new SqlCommand(d["b"], _db);',
    'var d = new Dictionary<string, string> { ["a"] = q, ["b"] = "x" }; var c = new SqlCommand(d["b"], _db);',
    'var d = new Dictionary<string, string> { ["a"] = "x" }; var c = new SqlCommand(d[q], _db);',
    'var d = new Dictionary<string, string>(); d.Add("a", q); d.Add("b", "x"); var c = new SqlCommand(d["b"], _db);',
    'var l = new List<string>(); l.Add("x"); l.Add(q); var c = new SqlCommand(l[0], _db);',
    'var l = new List<string>(); l.Add("x"); l.Add(q); l.Add("y"); l.RemoveAt(0); var c = new SqlCommand(l[1], _db);',
    'var l = new List<string> { "x", q }; var c = new SqlCommand(l[0], _db);',
    'string[] a = { "x", q }; var c = new SqlCommand(a[0], _db);',
    'var (a, b) = (q, "x"); var c = new SqlCommand(b, _db);',
    'var n = q.Length; var c = new SqlCommand("SELECT " + n, _db);',
    'var b = q.StartsWith("a"); var c = new SqlCommand("SELECT " + b, _db);',
    'var p = new { A = q, B = "x" }; var c = new SqlCommand(p.B, _db);',
    'var sb = new StringBuilder(); sb.Append("SELECT 1"); log(q); var c = new SqlCommand(sb.ToString(), _db);',
    'foreach (var one in new[] { "a", "b" }) { var c = new SqlCommand("SELECT " + one, _db); }',
    'return Ok(q); var c = new SqlCommand("SELECT 1", _db);',
    'if (!Allowed.Contains(q)) q = "id"; var c = new SqlCommand("SELECT " + q, _db);',
    'if (!Allowed.Contains(q)) { q = "id"; } var c = new SqlCommand("SELECT " + q, _db);',
    'foreach (var one in Names) { var c = new SqlCommand("SELECT " + one, _db); }',
    'var o = new { Request.Method }; var c = new SqlCommand("SELECT " + o.Method, _db);',
    'var u = Request.Method; var n = nameof(q); var c = new SqlCommand("SELECT " + n, _db);',
]  # fmt: skip


@pytest.mark.parametrize("body", HARMLESS)
def test_harmless_values_do_not(body: str) -> None:
    assert in_action(body) == []


RUN = "void Run(string s) { var c = new SqlCommand(s, _db); }"


@pytest.mark.parametrize(
    ("body", "members", "count"),
    [
        ("Run(q);", RUN, 1),
        ('Run("SELECT 1");', RUN, 0),
        ("this.Run(q);", RUN, 1),
        ("Run(s: q);", RUN, 1),
        ("var c = new SqlCommand(Of(q), _db);", 'string Of(string s) { return "SELECT " + s; }', 1),
        ("var c = new SqlCommand(Of(q), _db);", 'string Of(string s) => "SELECT " + s;', 1),
        ("var c = new SqlCommand(Of(q), _db);", 'string Of(string s) => "SELECT 1";', 0),
        ("var c = new SqlCommand(Of(q, 1), _db);", "string Of(string s, int n) => \"x\" + n;", 0),
        ('var c = new SqlCommand(Of("x", q), _db);', "string Of(string a, string b) => a;", 0),
        ("var c = new SqlCommand(await Of(q), _db);", 'async Task<string> Of(string s) { return "SELECT " + s; }', 1),
        ("var c = new SqlCommand(Helper.Of(q), _db);", 'static class Helper { public static string Of(string s) => "SELECT " + s; }', 1),
        ("var c = new SqlCommand(new Helper().Of(q), _db);", 'class Helper { public string Of(string s) => "SELECT " + s; }', 1),
        ("var c = new SqlCommand(_q, _db);", 'private string _q => Request.Query["q"];', 1),
        ("var c = new SqlCommand(Q, _db);", 'string Q { get { return Request.Query["q"]; } }', 1),
        ("_q = q; Go();", "string _q; void Go() { var c = new SqlCommand(_q, _db); }", 1),
        ("this._q = q; Go();", "string _q; void Go() { var c = new SqlCommand(this._q, _db); }", 1),
        ('_q = "x"; Go();', "string _q; void Go() { var c = new SqlCommand(_q, _db); }", 0),
        ("if (Ok2) { var c = new SqlCommand(_s, _db); }", 'private const string _s = "SELECT 1"; bool Ok2;', 0),
    ],
)  # fmt: skip
def test_through_members(body: str, members: str, count: int) -> None:
    assert len(in_action(body, members=members)) == count


@pytest.mark.parametrize(
    ("parameters", "expression", "count"),
    [
        ("int id", "id", 0),
        ("int? id", "id", 0),
        ("Guid id", "id", 0),
        ("DateTime at", "at", 0),
        ("[FromQuery] string q", "q", 1),
        ("[FromBody] Order order", "order.Name", 1),
        ("Order order", "order.Name", 1),
        ("[FromServices] Names names", "names.Table", 0),
        ("INames names", "names.Table", 0),
        ("CancellationToken token", "token", 0),
        ("List<string> ids", "string.Join(\",\", ids)", 1),
        ("List<int> ids", "string.Join(\",\", ids)", 0),
        ("string[] ids", "ids[0]", 1),
        ("int[] ids", "ids[0]", 0),
        ("IFormFile file", "file.FileName", 1),
        ("Kind kind", "kind", 0),
        ("[FromHeader(Name = \"X-A\")] string a", "a", 1),
        ("StringValues values", "values", 1),
        ("ILogger<Order> log", "log.Name", 0),
    ],
)  # fmt: skip
def test_parameters_of_actions(parameters: str, expression: str, count: int) -> None:
    body = f'var c = new SqlCommand("SELECT " + {expression}, _db);'
    assert len(in_action(body, parameters)) == count


def test_numbers_of_bound_classes_are_harmless() -> None:
    order = "public class Order { public int Id { get; set; } public string Name { get; set; } }"
    assert in_action('var c = new SqlCommand($"x {o.Id}", _db);', "Order o", order) == []
    assert in_action('var c = new SqlCommand($"x {o.Name}", _db);', "Order o", order)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('Process.Start("cmd.exe", "/c ping " + q);', "injection/os-command"),
        ("Process.Start(q);", "injection/os-command"),
        ('var i = new ProcessStartInfo { FileName = "bash", Arguments = $"-c {q}" };', "injection/os-command"),
        ('var i = new ProcessStartInfo("cmd", "/c " + q);', "injection/os-command"),
        ("var i = new ProcessStartInfo(); i.FileName = q;", "injection/os-command"),
        ('var p = new Process(); p.StartInfo.FileName = "sh"; p.StartInfo.Arguments = "-c " + q;', "injection/os-command"),
        ('var p = new Process { StartInfo = { FileName = q } };', "injection/os-command"),
        ('var p = new Process { StartInfo = new ProcessStartInfo { FileName = "sh", Arguments = "-c " + q } };', "injection/os-command"),
        ('var p = new Process { StartInfo = new ProcessStartInfo { FileName = "git", Arguments = "clone " + q } };', "injection/os-command"),
        ('var i = new ProcessStartInfo("ping"); i.ArgumentList.Add(q);', ""),
        ('Process.Start("ping", "localhost");', ""),
        ("var t = System.IO.File.ReadAllText(q);", "injection/path-traversal"),
        ('var t = await System.IO.File.ReadAllBytesAsync(Path.Combine("/data", q));', "injection/path-traversal"),
        ('var t = new FileStream(Path.Combine("/data", q), FileMode.Open);', "injection/path-traversal"),
        ('return PhysicalFile(Path.Combine("/data", q), "image/png");', "injection/path-traversal"),
        ('var p = Path.Combine("/data", q); using var r = new StreamReader(p);', "injection/path-traversal"),
        ('var t = System.IO.File.ReadAllText(Path.Combine("/data", Path.GetFileName(q)));', ""),
        ('var p = Path.GetFullPath(Path.Combine(Root, q)); if (!p.StartsWith(Root)) { return BadRequest(); } var t = System.IO.File.ReadAllText(p);', ""),
        ("using var r = new StreamReader(Request.Body);", ""),
        ("var t = await new HttpClient().GetStringAsync(q);", "injection/ssrf"),
        ('var t = await new HttpClient().GetAsync("https://api.example/" + q);', ""),
        ('var w = WebRequest.Create(q);', "injection/ssrf"),
        ('var m = new HttpRequestMessage(HttpMethod.Get, q);', "injection/ssrf"),
        ("return Redirect(q);", "injection/open-redirect"),
        ("return LocalRedirect(q);", ""),
        ("Response.Redirect(q);", "injection/open-redirect"),
        ("if (Url.IsLocalUrl(q)) { return Redirect(q); }", ""),
        ("if (!Url.IsLocalUrl(q)) return BadRequest(); return Redirect(q);", ""),
        ('return Redirect("/orders/" + q);', ""),
        ('return Content("<h1>" + q + "</h1>", "text/html");', "injection/xss-response"),
        ('return Content(q, "text/plain");', ""),
        ("return Content(q);", ""),
        ('await Response.WriteAsync("<h1>" + q);', "injection/xss-response"),
        ('await Response.WriteAsync(HtmlEncoder.Default.Encode(q));', ""),
        ('await Response.WriteAsync(System.Net.WebUtility.HtmlEncode(q));', ""),
        ('return new ContentResult { Content = $"<b>{q}", ContentType = "text/html" };', "injection/xss-response"),
        ("var d = new System.Xml.XmlDocument(); var n = d.SelectSingleNode(\"//u[@n='\" + q + \"']\");", "injection/ldap-xpath"),
        ('var s = new System.DirectoryServices.DirectorySearcher(); s.Filter = "(uid=" + q + ")";', "injection/ldap-xpath"),
        ('var s = new System.DirectoryServices.DirectorySearcher { Filter = $"(uid={q})" };', "injection/ldap-xpath"),
        ("var r = await Microsoft.CodeAnalysis.CSharp.Scripting.CSharpScript.EvaluateAsync(q);", "injection/code-eval"),
        ('Response.Headers["Content-Disposition"] = "inline; filename=" + q;', "injection/response-header"),
        ('Response.Headers.Append("Content-Disposition", "inline; filename=" + q);', "injection/response-header"),
        ("var x = Activator.CreateInstance(Type.GetType(q));", "injection/unsafe-reflection"),
        ("var x = System.Reflection.Assembly.LoadFrom(q);", "injection/unsafe-reflection"),
        ("var t = Scriban.Template.Parse(q);", "injection/template-from-input"),
        ("var o = new System.Runtime.Serialization.Formatters.Binary.BinaryFormatter().Deserialize(Request.Body);", "injection/deserialization"),
    ],
)  # fmt: skip
def test_where_flows_end(body: str, rule: str) -> None:
    assert in_action(body) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('var app = WebApplication.CreateBuilder(args).Build(); app.MapGet("/x", (string q, SqlConnection db) => new SqlCommand("SELECT " + q, db).ExecuteScalar());', 1),
        ('var app = WebApplication.CreateBuilder(args).Build(); app.MapGet("/x/{id}", (int id, SqlConnection db) => new SqlCommand("SELECT " + id, db).ExecuteScalar());', 0),
        ('var app = WebApplication.CreateBuilder(args).Build(); app.MapPost("/x", async (HttpContext context) => { var c = new SqlCommand("SELECT " + context.Request.Query["q"]); });', 1),
        ('public class P : PageModel { [BindProperty] public string Q { get; set; } public void OnPost() { var c = new SqlCommand("SELECT " + Q); } }', 1),
        ('public class P : PageModel { public string Q { get; set; } public void OnPost() { Q = "x"; var c = new SqlCommand("SELECT " + Q); } }', 0),
        ('public class P : PageModel { public void OnGet(string q) { var c = new SqlCommand("SELECT " + q); } }', 1),
        ('public class M { public async Task InvokeAsync(HttpContext context) { var c = new SqlCommand("SELECT " + context.Request.Headers["X"]); } }', 1),
        ('public class R { public void Find(string q) { var c = new SqlCommand("SELECT " + q); } }', 0),
        ('public class R { public void Find(HttpRequest r) { var c = new SqlCommand("SELECT " + r.Query["q"]); } }', 1),
    ],
)  # fmt: skip
def test_other_kinds_of_handlers(text: str, count: int) -> None:
    head = (
        HEAD + "using Microsoft.AspNetCore.Mvc.RazorPages;\nusing Microsoft.AspNetCore.Builder;\n"
    )
    assert flows(head.replace("namespace Shop;\n", "") + text) == ["injection/sql"] * count


INTERFACE = """public interface IStore { void Find(string name); }
public class Store : IStore { public void Find(string name) { var c = new SqlCommand($"SELECT {name}", null); } }
public class OrdersController : ControllerBase { private readonly IStore _store;
  [HttpGet] public IActionResult Get(string q, int n) { _store.Find(%s); return Ok(); } }
"""


@pytest.mark.parametrize(("given", "count"), [("q", 1), ('"x"', 0), ("n.ToString()", 0)])
def test_through_an_interface_of_the_file(given: str, count: int) -> None:
    assert flows(HEAD + INTERFACE % given) == ["injection/sql"] * count


@pytest.mark.parametrize(
    "source",
    ['txtName.Text', 'ddlCity.SelectedValue', 'Request.QueryString["q"]', 'Request["q"]', 'Request.Params["q"]', 'Request.Form["q"]',
     'HttpContext.Current.Request.QueryString["q"]', "Request.RawUrl"],
)  # fmt: skip
def test_web_forms(source: str) -> None:
    text = f"""using System.Data.SqlClient; using System.Web; using System.Web.UI;
public partial class Login : Page {{
  protected void Page_Load(object sender, EventArgs e) {{
    var c = new SqlCommand("SELECT " + {source});
  }}
}}"""
    assert flows(text) == ["injection/sql"]


REPOSITORY = """using System.Data.SqlClient;
public class Comments {
  public void Save(%s) {
    var text = "INSERT INTO comments (a) VALUES ('" + %s + "')";
    var c = new SqlCommand(text, _db);
  }
}"""


@pytest.mark.parametrize(
    ("parameter", "value", "count"),
    [
        ("Comment given", "given.Author", 1),
        ("Comment given", "given.Count", 0),
        ("DbOptions given", "given.Name", 0),
        ("int given", "given", 0),
    ],
)
def test_members_of_models_that_a_repository_is_given(
    parameter: str, value: str, count: int
) -> None:
    assert flows(REPOSITORY % (parameter, value)) == ["injection/sql"] * count


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ('lblName.Text = "Hi " + Request.QueryString["n"];', ["injection/xss-response"]),
        ('txtName.Text = "Hi " + Request.QueryString["n"];', []),
        ('source.SelectCommand = "SELECT a WHERE b = " + Request["n"];', ["injection/sql"]),
    ],
)
def test_properties_of_web_forms(body: str, rules: list[str]) -> None:
    text = f"""using System.Web; using System.Web.UI;
public partial class Start : Page {{
  protected void Page_Load(object sender, EventArgs e) {{ {body} }}
}}"""
    assert flows(text) == rules


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ('_log.LogError(error, $"no {q}");', 1),
        ('_log.LogError(error, "no {Q}", q);', 0),
        ('_log.LogInformation("all of {Q}", string.Join(",", q));', 0),
        ('_log.LogError("no " + q);', 1),
    ],
)
def test_messages_behind_an_error(call: str, count: int) -> None:
    members = "  private readonly Microsoft.Extensions.Logging.ILogger _log;"
    body = f"try {{ }} catch (Exception error) {{ {call} }}"
    assert in_action(body, members=members) == ["injection/log-forging"] * count


def test_html_utility_does_not_make_a_controller_an_old_one() -> None:
    text = HEAD.replace("namespace", "using System.Web;\nnamespace") + (
        "public class A : Controller { [HttpGet] public IActionResult F() {"
        ' var c = new SqlCommand("SELECT " + Request.Query["q"], null); return Ok(); } }'
    )
    assert flows(text) == ["injection/sql"]


@pytest.mark.parametrize(
    ("callback", "count"),
    [
        ("(a, b, c, d) => true", 1),
        ("Accept", 1),
        ("new RemoteCertificateValidationCallback(Accept)", 1),
        ("Look", 0),
        ("(a, b, c, d) => d == SslPolicyErrors.None", 0),
    ],
)
def test_certificate_callbacks(callback: str, count: int) -> None:
    text = f"""using System.Net;
public class A {{
  public void F() {{ ServicePointManager.ServerCertificateValidationCallback += {callback}; }}
  static bool Accept(object a, X509Certificate b, X509Chain c, SslPolicyErrors d) {{ return true; }}
  static bool Look(object a, X509Certificate b, X509Chain c, SslPolicyErrors d) => Known(b);
}}"""
    assert found_by(text, "crypto/tls-verification-off") == count


def found_by(text: str, rule: str) -> int:
    rules = compile_rules("csharp", models("csharp"), catalog.rules().values(), "recommended")
    document = Document("/w/A.cs", text.encode(), "csharp")
    found = analysis.analyse(document, rules, path="src/A.cs")
    return sum(one.rule == rule for one in found)
