namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>Who signs roster entries.</summary>
public interface IRosterSigner
{
    /// <summary>The signer's public key.</summary>
    RosterKey Key { get; }

    /// <summary>Writes the signature, 4691 bytes, over an entry's other bytes.</summary>
    void Sign(ReadOnlySpan<byte> unsigned, Span<byte> signature);
}
