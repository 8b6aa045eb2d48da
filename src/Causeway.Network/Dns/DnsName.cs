using System.Text;

namespace Causeway.Network.Dns;

/// <summary>
/// A domain name: at most 127 labels of 1 to 63 bytes, 255 bytes encoded (RFC 1035 §2.3.4). Labels are UTF-8 (RFC 6762 §16);
/// comparison ignores the case of ASCII letters.
/// </summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>Bytes of the longest encoded name, its root label included.</summary>
    public const int MaxEncodedLength = 255;

    private const int MaxLabelLength = 63;

    private readonly string[] _labels;

    private DnsName(string[] labels) => _labels = labels;

    /// <summary>The labels, without the root.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>Reads the dotted form; a trailing dot is allowed. Dots inside labels cannot be written this way.</summary>
    /// <exception cref="FormatException">An empty or overlong label, or an overlong name.</exception>
    public static DnsName Parse(string text) => FromLabels(text.TrimEnd('.').Split('.'));

    /// <summary>A name of these labels.</summary>
    /// <exception cref="FormatException">An empty or overlong label, or an overlong name.</exception>
    public static DnsName FromLabels(params string[] labels)
    {
        var length = 1;
        foreach (var label in labels)
        {
            var bytes = Encoding.UTF8.GetByteCount(label);
            if (bytes is 0 or > MaxLabelLength) throw new FormatException($"'{label}' is not a DNS label: 1 to {MaxLabelLength} bytes are allowed.");
            length += 1 + bytes;
        }

        return length <= MaxEncodedLength ? new DnsName(labels) : throw new FormatException($"A DNS name has at most {MaxEncodedLength} bytes.");
    }

    /// <summary>This name below <paramref name="parent"/>.</summary>
    /// <exception cref="FormatException">The result is too long.</exception>
    public DnsName Under(DnsName parent) => FromLabels([.. _labels, .. parent._labels]);

    /// <summary>Whether this name is <paramref name="parent"/> or ends in it.</summary>
    public bool IsUnder(DnsName parent) =>
        _labels.Length >= parent._labels.Length && EqualLabels(_labels.AsSpan(_labels.Length - parent._labels.Length), parent._labels);

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && EqualLabels(_labels, other._labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var label in _labels) hash.Add(label, StringComparer.OrdinalIgnoreCase);
        return hash.ToHashCode();
    }

    /// <summary>The dotted form without a trailing dot.</summary>
    public override string ToString() => string.Join('.', _labels);

    private static bool EqualLabels(ReadOnlySpan<string> left, ReadOnlySpan<string> right)
    {
        if (left.Length != right.Length) return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (!string.Equals(left[i], right[i], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }
}
