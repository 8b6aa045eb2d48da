using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>A public key as an entry carries it. The peer ID is computed at once; the key itself is set up when a signature is checked first, which is the dear part.</summary>
public sealed class RosterKey : IEquatable<RosterKey>
{
    private readonly Lazy<HybridPublicKey> _key;

    /// <summary>A key of 2624 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 2624.</exception>
    public RosterKey(ReadOnlyMemory<byte> bytes)
    {
        PeerId = TunnelPeerId.FromPublicKey(bytes.Span);
        Bytes = bytes;
        _key = new Lazy<HybridPublicKey>(() => HybridPublicKey.Import(Bytes.Span));
    }

    /// <summary>The 2624 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whose key it is.</summary>
    public TunnelPeerId PeerId { get; }

    /// <summary>The key, ready to verify.</summary>
    public HybridPublicKey PublicKey => _key.Value;

    /// <inheritdoc/>
    public bool Equals(RosterKey? other) => other is not null && PeerId == other.PeerId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RosterKey);

    /// <inheritdoc/>
    public override int GetHashCode() => PeerId.GetHashCode();
}
