using System.Runtime.InteropServices;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>ERROR (docs/protocol/tunnel.md §3.1): a hint for the user, not authenticated, that ends nothing.</summary>
/// <param name="Code">What it says.</param>
/// <param name="Tag">The first 8 bytes of the transcript hash of the message it answers, as a number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ErrorMessage(HandshakeErrorCode Code, ulong Tag)
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 4 + HandshakeSizes.Tag;

    /// <summary>Reads a whole message; false if it is not exactly one valid ERROR. Its version is always 1, whatever the message it answers had.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out ErrorMessage error)
    {
        var reader = new WireReader(message);
        reader.Require(reader.Byte() == (byte)HandshakeMessageType.Error);
        reader.Require(reader.Byte() == HandshakeSizes.Version);
        error = new ErrorMessage((HandshakeErrorCode)reader.UInt16(), reader.UInt64());
        reader.Require(error.Code is >= HandshakeErrorCode.Version and <= HandshakeErrorCode.Invitation);
        return reader.IsComplete;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] ToArray()
    {
        var message = new byte[Size];
        var writer = new WireWriter(message);
        writer.Byte((byte)HandshakeMessageType.Error);
        writer.Byte(HandshakeSizes.Version);
        writer.UInt16((ushort)Code);
        writer.UInt64(Tag);
        return message;
    }
}
