using System.Buffers.Binary;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.PubSub;

/// <summary>Peer IDs by number, without the cost of keys.</summary>
internal static class TestPeers
{
    /// <summary>An ID in the form that embeds an Ed25519 key.</summary>
    public static PeerId Id(int number)
    {
        var bytes = new byte[38];
        ((ReadOnlySpan<byte>)[0x00, 0x24, 0x08, 0x01, 0x12, 0x20]).CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(6), number);
        return PeerId.FromBytes(bytes);
    }
}
