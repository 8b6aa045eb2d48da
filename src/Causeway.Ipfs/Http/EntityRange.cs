using System.Globalization;
using System.Runtime.InteropServices;

namespace Causeway.Ipfs.Http;

/// <summary>A range of a file's bytes, both ends included; what is negative counts from the end (ipfs/specs, trustless gateway, <c>entity-bytes</c>).</summary>
/// <param name="From">The first byte.</param>
/// <param name="To">The last byte, or null for the file's last.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EntityRange(long From, long? To)
{
    /// <summary>Reads <c>from:to</c>, where <c>to</c> may be <c>*</c>.</summary>
    public static bool TryParse(string text, out EntityRange range)
    {
        ArgumentNullException.ThrowIfNull(text);
        range = default;
        var mark = text.IndexOf(':', StringComparison.Ordinal);
        if (mark < 0 || !TryRead(text.AsSpan(0, mark), out var from)) return false;
        var rest = text.AsSpan(mark + 1);
        if (rest is "*")
        {
            range = new EntityRange(from, null);
            return true;
        }

        if (!TryRead(rest, out var to) || (from >= 0 && to >= 0 && to < from)) return false;
        range = new EntityRange(from, to);
        return true;
    }

    /// <summary>The part of the range that a file has, as its first byte and the first one after it; null where it has none.</summary>
    /// <param name="size">The file's length in bytes.</param>
    public (long Start, long End)? Within(long size)
    {
        var start = From >= 0 ? From : Math.Max(0, size + From);
        var last = To is not { } to ? size - 1 : to >= 0 ? Math.Min(to, size - 1) : size + to;
        return start <= last ? (start, last + 1) : null;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}:{(To is { } to ? to.ToString(CultureInfo.InvariantCulture) : "*")}");

    // One form only, so that equal ranges have equal ETags; and no smallest number, which cannot be negated.
    private static bool TryRead(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value > long.MinValue && !text.StartsWith("+");
}
