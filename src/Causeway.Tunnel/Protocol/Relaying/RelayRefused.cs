using System.Text;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>REFUSED: why the relay ends a connection (tunnel protocol §2.1).</summary>
public sealed record RelayRefused(RelayRefusalCode Code, ushort RetryAfterSeconds, string Text)
{
    /// <summary>The shortest body in bytes.</summary>
    public const int MinBody = 4;

    /// <summary>The longest body in bytes.</summary>
    public const int MaxBody = MinBody + MaxText;

    private const int MaxText = 200;

    /// <summary>The whole record; a text of more than 200 bytes is cut.</summary>
    public byte[] Encode()
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var length = text.Length;
        if (length > MaxText)
        {
            // Not within a character.
            length = MaxText;
            while ((text[length] & 0xc0) == 0x80) length--;
        }

        var record = new byte[RecordHeader.Size + MinBody + length];
        new RecordHeader(RecordType.Refused, MinBody + length).Write(record);
        var writer = new WireWriter(record.AsSpan(RecordHeader.Size));
        writer.UInt16((ushort)Code);
        writer.UInt16(RetryAfterSeconds);
        writer.Bytes(text.AsSpan(0, length));
        return record;
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="RelayLinkException">It is none.</exception>
    public static RelayRefused Decode(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var code = (RelayRefusalCode)reader.UInt16();
        var retryAfter = reader.UInt16();
        var text = reader.Rest();
        reader.Require(Enum.IsDefined(code) && code != RelayRefusalCode.None && text.Length <= MaxText);
        if (!reader.IsComplete) throw new RelayLinkException(RelayRefusalCode.Malformed, "the relay's REFUSED is malformed");

        // It ends in logs and terminals: what is not UTF-8 is replaced, and control characters are not shown.
        return new RelayRefused(code, retryAfter, string.Concat(Encoding.UTF8.GetString(text).Where(c => !char.IsControl(c))));
    }
}
