using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;

namespace Causeway.Apps.Configuration;

/// <summary>Reads the configuration file of a site.</summary>
public static class SiteConfigurationReader
{
    /// <summary>
    /// Where the file is looked for in a site's folder, in this order. The second name is that of the older server of this protocol, whose keys are the same.
    /// </summary>
    public static IReadOnlyList<string> Paths { get; } = ["causeway.toml", "config/causeway.toml", "p2p-webapp.toml", "config/p2p-webapp.toml"];

    private static readonly Dictionary<string, SiteKey> Keys = SiteKeys.All.ToDictionary(static k => k.Name);

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <exception cref="UserErrorException">It makes no sense; the message names file and line.</exception>
    public static SiteConfiguration Read(string text, string file)
    {
        try
        {
            return Read(text);
        }
        catch (ConfigurationException e)
        {
            throw new UserErrorException(ExitCode.Usage, LogText.Printable($"{file}, line {e.Line}: {e.Message}"), e);
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    internal static SiteConfiguration Read(string text)
    {
        var configuration = new SiteConfiguration();
        var lines = new Dictionary<string, int>();
        foreach (var entry in TomlReader.Read(text))
        {
            if (!Keys.TryGetValue(entry.Key, out var key)) throw new ConfigurationException(entry.Line, $"there is no key {entry.Key}{Suggest(entry.Key)}; docs/reference/site-configuration.md has them all");
            configuration = key.Apply(configuration, new SiteValue(entry));
            lines[entry.Key] = entry.Line;
        }

        int LineOf(string key) => lines.GetValueOrDefault(key, 1);
        if (configuration.Port > 0 && configuration.Port + configuration.PortRange > 65_536)
            throw new ConfigurationException(Math.Max(LineOf("server.port"), LineOf("server.portRange")), $"server.port and the {configuration.PortRange} ports from it on must be 1 to 65535; choose a lower port, or a smaller server.portRange");
        if (configuration is { CorsEnabled: true, CorsOrigin: "" }) throw new ConfigurationException(LineOf("http.cors.enabled"), "http.cors.enabled needs http.cors.allowOrigin: an origin such as \"https://www.example.org\", or \"*\"");
        return configuration;
    }

    // Only what is nearly right is worth a guess: a slip of the pen, or a key without its table.
    private static string Suggest(string key)
    {
        var near = Keys.Keys.FirstOrDefault(k => k.EndsWith("." + key, StringComparison.OrdinalIgnoreCase)) ?? Keys.Keys.MinBy(k => Distance(key, k))!;
        return near.EndsWith("." + key, StringComparison.OrdinalIgnoreCase) || Distance(key, near) <= Math.Max(2, key.Length / 4) ? $", but there is {near}" : "";
    }

    // Levenshtein's, without regard to case; keys are short.
    private static int Distance(string one, string other)
    {
        if (one.Length > 64) return int.MaxValue;
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
