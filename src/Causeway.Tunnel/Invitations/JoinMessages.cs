using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Invitations;

/// <summary>The bodies of JOIN and JOIN_REFUSED (tunnel protocol §4.1).</summary>
public static class JoinMessages
{
    /// <summary>The longest wish in bytes.</summary>
    public const int MaximumWish = 63;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes JOIN; a wish that is too long is cut.</summary>
    public static byte[] WriteJoin(string wish) => WithText([], wish, MaximumWish);

    /// <summary>Reads JOIN.</summary>
    public static bool TryReadJoin(ReadOnlySpan<byte> body, [NotNullWhen(true)] out string? wish)
    {
        var reader = new WireReader(body);
        var text = reader.Bytes8();
        wish = reader.IsComplete && text.Length <= MaximumWish ? Decode(text) : null;
        return wish is not null;
    }

    /// <summary>Writes JOIN_REFUSED; a text that is too long is cut.</summary>
    public static byte[] WriteRefused(JoinRefusal code, string text) => WithText([(byte)code], text, byte.MaxValue);

    /// <summary>Reads JOIN_REFUSED. The text has no control characters, but is the other side's: quote it.</summary>
    public static bool TryReadRefused(ReadOnlySpan<byte> body, out JoinRefusal code, [NotNullWhen(true)] out string? text)
    {
        var reader = new WireReader(body);
        code = (JoinRefusal)reader.Byte();
        var bytes = reader.Bytes8();
        text = reader.IsComplete && code is >= JoinRefusal.Invitation and <= JoinRefusal.Internal ? Decode(bytes) : null;
        if (text is null) code = JoinRefusal.None;
        return text is not null;
    }

    private static byte[] WithText(byte[] before, string text, int maximum)
    {
        while (Encoding.UTF8.GetByteCount(text) > maximum) text = text[..^(char.IsLowSurrogate(text[^1]) ? 2 : 1)];
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. before, (byte)bytes.Length, .. bytes];
    }

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Utf8.GetString(bytes);
            return text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
