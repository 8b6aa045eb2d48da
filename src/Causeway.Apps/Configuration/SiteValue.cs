using System.Globalization;
using Causeway.Hosting.Access;
using Causeway.Multiformats;

namespace Causeway.Apps.Configuration;

/// <summary>A value of the configuration file, read as what its key takes.</summary>
internal sealed class SiteValue(TomlEntry entry)
{
    // A day is longer than any request.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(1);

    private const int MaxText = 8192;

    /// <summary>true or false.</summary>
    public bool AsFlag() => entry.Value is bool flag ? flag : throw Wrong("true or false");

    /// <summary>A whole number in a range.</summary>
    public int AsNumber(int min, int max)
        => entry.Value is long number && number >= min && number <= max ? (int)number : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));

    /// <summary>A text of printable characters.</summary>
    public string AsText() => AsText(entry.Value);

    /// <summary>A text that goes into a header of HTTP: ASCII without control characters (RFC 9110 §5.5).</summary>
    public string AsHeader() => AsText() is var text && text.All(static c => c is >= ' ' and <= '~') ? text : throw Wrong("a text of printable ASCII characters");

    /// <summary>One of some texts.</summary>
    public string AsOneOf(params string[] choices) => entry.Value is string text && choices.Contains(text) ? text : throw Wrong(string.Join(" or ", choices.Select(static c => $"\"{c}\"")));

    /// <summary>Texts.</summary>
    public IReadOnlyList<string> AsTexts() => [.. List("an array of texts, such as [\"one\", \"two\"]").Select(AsText)];

    /// <summary>Tokens of HTTP, such as methods and names of headers (RFC 9110 §5.6.2).</summary>
    public IReadOnlyList<string> AsTokens()
    {
        var tokens = AsTexts();
        return tokens.All(static t => t.Length > 0 && t.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c))) ? tokens : throw Wrong("an array of names, such as [\"GET\", \"POST\"]");
    }

    /// <summary>A time such as "500ms", "15s", "1m30s", "1h": numbers with their units, largest first.</summary>
    public TimeSpan AsDuration(TimeSpan min)
    {
        var time = entry.Value is string text ? Parse(text) : null;
        return time is { } value && value >= min && value <= MaxDuration ? value : throw Wrong($"a time of {(min > TimeSpan.Zero ? "1ms" : "0s")} to 24h in quotes, such as \"500ms\", \"15s\" or \"1m30s\"");
    }

    /// <summary>The same, with "0s" for no limit.</summary>
    public TimeSpan? AsLimit() => AsDuration(TimeSpan.Zero) is var time && time > TimeSpan.Zero ? time : null;

    /// <summary>Origins.</summary>
    public IReadOnlyList<string> AsOrigins()
    {
        var origins = AsTexts();
        foreach (var origin in origins) RequireOrigin(origin);
        return origins;
    }

    /// <summary>An origin, or "*"; may be empty.</summary>
    public string AsOrigin()
    {
        var origin = AsText();
        if (origin.Length > 0) RequireOrigin(origin);
        return origin.TrimEnd('/');
    }

    /// <summary>Addresses that name their peers.</summary>
    public IReadOnlyList<Multiaddress> AsPeerAddresses(Func<Multiaddress, bool> isFit) =>
        [.. AsTexts().Select(text => Multiaddress.TryParse(text, out var address) && address.PeerId is not null && isFit(address) ? address : throw Wrong("an array of multiaddrs that name their peer, such as [\"/dns4/node.example/tcp/9092/p2p/12D3KooW…\"]", text))];

    /// <summary>Why a value cannot be.</summary>
    public ConfigurationException Wrong(string expected, object? found = null) => new(entry.Line, $"{entry.Key} must be {expected}; found {Show(found ?? entry.Value)}");

    private static TimeSpan? Parse(string text)
    {
        double milliseconds = 0;
        double last = double.MaxValue;
        var i = 0;
        while (i < text.Length)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            if (!uint.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            start = i;
            while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
            var unit = text[start..i] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000.0, _ => 0 };
            if (unit == 0 || unit >= last) return null;
            last = unit;
            milliseconds += number * unit;
        }

        return text.Length > 0 && milliseconds <= MaxDuration.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }

    private void RequireOrigin(string origin)
    {
        try
        {
            _ = new OriginPolicy([origin]);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(entry.Line, $"{entry.Key}: {e.Message}", e);
        }
    }

    private List<object> List(string expected) => entry.Value is List<object> list ? list : throw Wrong(expected);

    private string AsText(object value)
        => value is string { Length: <= MaxText } text && !text.Any(char.IsControl) ? text : throw Wrong($"a text of at most {MaxText} characters, none of them a control character", value);

    private static string Show(object value) => value switch
    {
        string { Length: > 60 } text => $"\"{text[..60]}…\"",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        List<object> list => $"an array of {list.Count}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
