using System.Globalization;

namespace Causeway.Ipfs.Http;

/// <summary>The media types that a client takes, best first (RFC 9110, section 12.5.1).</summary>
internal static class AcceptHeader
{
    // A header has 32 KiB at most, and nobody has that many preferences.
    private const int MaxTypes = 32;

    public static IEnumerable<MediaType> Parse(string? header) => (header ?? string.Empty)
        .Split(',', MaxTypes, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(ParseType)
        .Where(static type => type.Quality > 0)
        .OrderByDescending(static type => type.Quality);

    private static MediaType ParseType(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var mark = part.IndexOf('=', StringComparison.Ordinal);
            if (mark > 0) parameters[part[..mark].TrimEnd()] = part[(mark + 1)..].Trim(' ', '"');
        }

        var isNumber = double.TryParse(parameters.GetValueOrDefault("q", "1"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality);
        return new MediaType(parts[0].ToLowerInvariant(), parameters, isNumber ? quality : 0);
    }

    /// <summary>One of the types.</summary>
    /// <param name="Name">Lower case, without parameters.</param>
    /// <param name="Parameters">The parameters.</param>
    /// <param name="Quality">How welcome it is, 0 to 1.</param>
    internal sealed record MediaType(string Name, IReadOnlyDictionary<string, string> Parameters, double Quality);
}
