using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Keys;

/// <summary>An Ed25519 public key (RFC 8032): 32 bytes. Verification is OpenSSL's and allocates nothing once warm.</summary>
public sealed class Ed25519PublicKey : PublicKey
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = 32;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    private readonly byte[] _raw;
    private SafeEvpKey? _key;
    private SafeEvpSignatureContext? _context;

    /// <summary>A key from its 32 bytes.</summary>
    /// <exception cref="FormatException">There are not 32.</exception>
    public Ed25519PublicKey(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != Size) throw new FormatException($"An Ed25519 public key has {Size} bytes, not {raw.Length}.");
        _raw = raw.ToArray();
    }

    /// <inheritdoc/>
    public override KeyType Type => KeyType.Ed25519;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Raw => _raw;

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize) return false;
        var key = _key ?? CreateKey();

        // One context is kept with the key, since setting one up costs more than the call; a second thread at the same time makes its own.
        var context = Interlocked.Exchange(ref _context, null) ?? EvpSignature.NewContext();
        var valid = EvpSignature.Verify(context, key, message, signature);
        if (Interlocked.CompareExchange(ref _context, context, null) is not null) context.Dispose();
        return valid;
    }

    // Most public keys name a peer and never verify anything, so OpenSSL's object is made when it is first needed.
    private SafeEvpKey CreateKey()
    {
        var created = EvpKey.FromPublic(EvpKey.Ed25519, _raw);
        var earlier = Interlocked.CompareExchange(ref _key, created, null);
        if (earlier is null) return created;
        created.Dispose();
        return earlier;
    }
}
