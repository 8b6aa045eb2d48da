using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Records;

/// <summary>Values under <c>/pk/</c>: the protobuf-encoded public key of the peer whose ID follows. One is as good as the other.</summary>
public sealed class PublicKeyRecordValidator : IRecordValidator
{
    /// <summary>The namespace, without slashes.</summary>
    public const string Namespace = "pk";

    /// <inheritdoc/>
    public bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset now)
    {
        if (!RecordKey.TryGetPeer(key, Namespace, out var peer)) return false;
        try
        {
            return PeerId.FromPublicKey(PublicKey.FromProtobuf(value)).Equals(peer);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool IsBetter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current) => false;
}
