using Causeway.Cryptography.Hybrid;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>Hybrid signatures under the label of rosters (tunnel protocol §1).</summary>
public sealed class HybridRosterSignatures : IRosterVerifier, IRosterSigner
{
    private readonly HybridSigningKey _key;

    /// <summary>A signer; the key stays the caller's.</summary>
    public HybridRosterSignatures(HybridSigningKey key)
    {
        _key = key;
        Key = new RosterKey(key.PublicKey.Bytes);
    }

    /// <summary>Checks signatures.</summary>
    public static IRosterVerifier Verifier { get; } = new OnlyVerifier();

    /// <inheritdoc/>
    public RosterKey Key { get; }

    private static ReadOnlySpan<byte> Label => "causeway tunnel roster"u8;

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> unsigned, Span<byte> signature) => _key.Sign(Label, unsigned, signature);

    /// <inheritdoc/>
    public bool Verify(RosterKey key, ReadOnlySpan<byte> unsigned, ReadOnlySpan<byte> signature) => Verifier.Verify(key, unsigned, signature);

    private sealed class OnlyVerifier : IRosterVerifier
    {
        public bool Verify(RosterKey key, ReadOnlySpan<byte> unsigned, ReadOnlySpan<byte> signature) => key.PublicKey.Verify(Label, unsigned, signature);
    }
}
