using System.Buffers;
using System.Text;

namespace Causeway.Libp2p.Negotiation;

/// <summary>
/// Messages of multistream-select 1.0: an unsigned varint length, UTF-8 text and a newline that the length includes
/// (libp2p specs, <c>connections/README.md</c>, "multistream-select").
/// </summary>
internal static class MultistreamMessage
{
    /// <summary>Bytes of a message at most, its newline included, its length prefix not. The JavaScript implementation's limit, and the strictest in use.</summary>
    public const int MaxLength = 1024;

    /// <summary>The longest length prefix: 1024 needs two bytes of seven bits.</summary>
    public const int MaxPrefix = 2;

    /// <summary>The first message of both sides, as a frame.</summary>
    public static ReadOnlySpan<byte> HeaderFrame => "\x13/multistream/1.0.0\n"u8;

    /// <summary>The first message of both sides, without length and newline.</summary>
    public static ReadOnlySpan<byte> Header => HeaderFrame[1..^1];

    /// <summary>"Not available", as a frame.</summary>
    public static ReadOnlySpan<byte> NotAvailableFrame => "\x03na\n"u8;

    /// <summary>"Not available", without length and newline.</summary>
    public static ReadOnlySpan<byte> NotAvailable => "na"u8;

    /// <summary>The request for a list of all protocols, without length and newline.</summary>
    public static ReadOnlySpan<byte> List => "ls"u8;

    /// <summary>The size of the frame that carries <paramref name="protocol"/>.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.InvalidArgument"/>: not something that can be a protocol ID.</exception>
    public static int FrameLength(string protocol)
    {
        var length = Encoding.UTF8.GetByteCount(protocol) + 1;
        if (length is 1 or > MaxLength || protocol.Contains('\n', StringComparison.Ordinal) || protocol is "na" or "ls")
        {
            throw new Libp2pException(Libp2pError.InvalidArgument,
                $"'{Shorten(protocol)}' cannot be a protocol ID: use 1 to {MaxLength - 1} bytes of UTF-8 without a newline, and neither 'na' nor 'ls'.");
        }

        return length + PrefixLength(length);
    }

    /// <summary>Writes the frame of <paramref name="protocol"/> and returns its size.</summary>
    public static int WriteFrame(Span<byte> destination, string protocol)
    {
        var length = Encoding.UTF8.GetByteCount(protocol) + 1;
        var prefix = WritePrefix(destination, length);
        _ = Encoding.UTF8.GetBytes(protocol, destination[prefix..]);
        destination[prefix + length - 1] = (byte)'\n';
        return prefix + length;
    }

    /// <summary>Appends the frame of <paramref name="protocol"/>.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, string protocol)
    {
        var span = output.GetSpan(FrameLength(protocol));
        output.Advance(WriteFrame(span, protocol));
    }

    /// <summary>
    /// Appends the answer to <c>ls</c>: the frames of all protocols and a newline, as one message. Protocols that would pass
    /// <see cref="MaxLength"/> are left out, because the other end would have to refuse the message.
    /// </summary>
    public static void WriteList(IBufferWriter<byte> output, IEnumerable<string> protocols)
    {
        var body = ArrayPool<byte>.Shared.Rent(MaxLength);
        var used = 0;
        foreach (var protocol in protocols)
        {
            if (used + FrameLength(protocol) + 1 > MaxLength) break;
            used += WriteFrame(body.AsSpan(used), protocol);
        }

        body[used++] = (byte)'\n';
        var span = output.GetSpan(MaxPrefix + used);
        var prefix = WritePrefix(span, used);
        body.AsSpan(0, used).CopyTo(span[prefix..]);
        output.Advance(prefix + used);
        ArrayPool<byte>.Shared.Return(body);
    }

    /// <summary>A name from the network or a caller, cut to a length that suits an error message, control characters replaced.</summary>
    public static string Shorten(string text)
    {
        var cut = text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
        });
    }

    private static int PrefixLength(int length) => length < 0x80 ? 1 : 2;

    private static int WritePrefix(Span<byte> destination, int length)
    {
        if (length < 0x80)
        {
            destination[0] = (byte)length;
            return 1;
        }

        destination[0] = (byte)(length | 0x80);
        destination[1] = (byte)(length >> 7);
        return 2;
    }
}
