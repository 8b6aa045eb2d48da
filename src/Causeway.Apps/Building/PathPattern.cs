namespace Causeway.Apps.Building;

/// <summary>A pattern for paths as shells have it: <c>*</c> and <c>?</c> stay within a segment, <c>**</c> is any number of segments.</summary>
public sealed class PathPattern
{
    private readonly string[] _segments;

    /// <summary>Reads a pattern; a leading <c>./</c> or <c>/</c> and a trailing <c>/</c> mean nothing.</summary>
    public PathPattern(string text)
    {
        text = text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text;
        _segments = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Whether the pattern has wildcards; without, it names one path.</summary>
    public bool HasWildcards => _segments.Any(static s => s.AsSpan().IndexOfAny('*', '?') >= 0);

    /// <summary>The pattern as a path.</summary>
    public string Path => string.Join('/', _segments);

    /// <summary>Whether a path matches.</summary>
    public bool Matches(string path) => MatchAll(_segments, path.Split('/'));

    // One row of a table at a time: no pattern makes it slow, whatever it repeats.
    private static bool MatchAll(string[] pattern, string[] path)
    {
        var row = new bool[path.Length + 1];
        row[0] = true;
        foreach (var segment in pattern)
        {
            var next = new bool[path.Length + 1];
            var any = segment == "**";
            next[0] = any && row[0];
            for (var i = 1; i <= path.Length; i++) next[i] = any ? row[i] || next[i - 1] : row[i - 1] && MatchSegment(segment, path[i - 1]);
            row = next;
        }

        return row[^1];
    }

    private static bool MatchSegment(string pattern, string text)
    {
        var row = new bool[text.Length + 1];
        row[0] = true;
        foreach (var c in pattern)
        {
            var next = new bool[text.Length + 1];
            next[0] = c == '*' && row[0];
            for (var i = 1; i <= text.Length; i++) next[i] = c == '*' ? row[i] || next[i - 1] : row[i - 1] && (c == '?' || c == text[i - 1]);
            row = next;
        }

        return row[^1];
    }
}
