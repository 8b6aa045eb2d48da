using System.Text;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>Names of members and networks: 1 to 63 of <c>a-z 0-9 -</c>, neither beginning nor ending with <c>-</c> (tunnel protocol §5.1), as a label of DNS.</summary>
public static class RosterName
{
    /// <summary>The most characters.</summary>
    public const int MaximumLength = 63;

    /// <summary>How names begin that members have only while nobody has given them one; no entry may give such a name.</summary>
    public const string DefaultPrefix = "peer-";

    private const int ShortDefault = 8;

    // The text of a peer ID begins with "bciq", whoever it is.
    private const int CommonStart = 4;

    /// <summary>Whether a text is a name.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaximumLength && text[0] != '-' && text[^1] != '-' && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>Whether a text is a name that an entry may give a member.</summary>
    public static bool IsAssignable(string text) => IsValid(text) && !text.StartsWith(DefaultPrefix, StringComparison.Ordinal);

    /// <summary>The name of a member that has none: <c>peer-</c> and 8 characters of its peer ID, or all where 8 are not enough to tell it from others.</summary>
    public static string Default(TunnelPeerId peer, bool isLong = false)
    {
        var text = peer.ToString()[CommonStart..];
        return DefaultPrefix + (isLong ? text : text[..ShortDefault]);
    }

    /// <summary>A name made of what a machine or a person calls itself; null if nothing is left of it.</summary>
    public static string? FromWish(string wish)
    {
        var name = new StringBuilder(MaximumLength);
        foreach (var c in wish)
        {
            if (name.Length == MaximumLength) break;
            if (char.IsAsciiLetterOrDigit(c)) name.Append(char.ToLowerInvariant(c));
            else if (c is '.') break;
            else if (c is '-' or '_' or ' ' && name.Length > 0 && name[^1] != '-') name.Append('-');
        }

        var text = name.ToString().Trim('-');
        return IsAssignable(text) ? text : null;
    }
}
