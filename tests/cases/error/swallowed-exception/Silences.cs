using System.Globalization;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace Shop;

public class Silences
{
    public async Task<string[]> Files(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch { } // expect: error/swallowed-exception
        try
        {
            await _mails.SendAsync(folder);
        }
        catch (Exception) // expect: error/swallowed-exception
        {
        }
        try
        {
            var text = new StreamReader(folder);
            Use(text);
        }
        catch // expect: error/swallowed-exception
        {
        }
        return Array.Empty<string>();
    }

    // Nothing to see: one text is turned into another thing, or is not.
    public Settings Read(string json, string culture, string key)
    {
        Settings settings = null;
        try
        {
            settings = JsonSerializer.Deserialize<Settings>(json);
        }
        catch { }
        try
        {
            PosData = JObject.Parse(json);
            return settings;
        }
        catch { }
        try
        {
            Culture = new CultureInfo(culture.Trim());
            Key = new PublicKey(key);
        }
        catch
        {
        }
        return settings;
    }

    // Nothing to see: that it may fail is what the name says.
    public bool TryLoad(string path, out string text)
    {
        text = "";
        try
        {
            text = File.ReadAllText(path);
            return true;
        }
        catch { }
        return false;
    }

    // Nothing to see, unless one is strict: why stands beside it.
    public void Warm()
    {
        try
        {
            _cache.Load();
        }
        catch // expect: error/swallowed-exception info
        {
            // The cache fills itself at the first request.
        }
        try
        {
            _cache.Load();
        }
        // If it fails, nothing is lost: it fills itself.
        catch // expect: error/swallowed-exception info
        {
        }
        try
        {
            _cache.Load();
        }
        // expect: error/swallowed-exception info
        catch { } // the error is kept in the cache
#pragma warning disable CA1031
        try
        {
            _cache.Load();
        }
        catch (Exception) // expect: error/swallowed-exception
#pragma warning restore CA1031
        {
        }
    }
}
