using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/ping", (string host) =>
{
    var start = new ProcessStartInfo();
    start.FileName = "ping";
    start.Arguments = "-c 1 " + host; // expect: injection/os-command (warning)
    return Process.Start(start)?.Id;
});

app.MapGet("/ping2", (string host) =>
{
    var start = new ProcessStartInfo("ping");
    start.ArgumentList.Add("-c");
    start.ArgumentList.Add(host);
    return Process.Start(start)?.Id;
});

app.MapGet("/run", (HttpContext context) =>
{
    var tool = context.Request.Query["tool"].ToString();
    return Process.Start("cmd.exe", $"/c {tool}").Id; // expect: injection/os-command
});

app.MapGet("/count/{lines:int}", (int lines) => Process.Start("tail", $"-n {lines} app.log").Id);

app.Run();
