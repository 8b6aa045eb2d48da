using Causeway.Hosting.Logging;

namespace Causeway.Cli.Output;

/// <summary>Rows of text in columns as wide as their widest cell.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> _rows = [];

    /// <summary>A table with its headings, or (no argument) without.</summary>
    public TextTable(params string[] headings)
    {
        if (headings.Length > 0) _rows.Add(headings);
    }

    /// <summary>Adds a row.</summary>
    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(c => LogText.Printable(c ?? ""))]);

    /// <summary>Writes the rows, each a line.</summary>
    public void WriteTo(TextWriter writer)
    {
        var columns = _rows.Count == 0 ? 0 : _rows.Max(r => r.Length);
        var widths = Enumerable.Range(0, columns).Select(c => _rows.Max(r => c < r.Length ? r[c].Length : 0)).ToArray();
        foreach (var row in _rows) writer.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
