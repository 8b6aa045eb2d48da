using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Keys;

/// <summary>An Ed25519 private key (RFC 8032): a seed of 32 bytes.</summary>
public sealed class Ed25519PrivateKey : PrivateKey
{
    /// <summary>The length of a seed in bytes.</summary>
    public const int SeedSize = 32;

    private readonly SecretBytes _seed;
    private readonly SafeEvpKey _key;
    private readonly Ed25519PublicKey _publicKey;
    private SafeEvpSignatureContext? _context;

    private Ed25519PrivateKey(SecretBytes seed)
    {
        _seed = seed;
        _key = EvpKey.FromPrivate(EvpKey.Ed25519, seed.Span);
        Span<byte> raw = stackalloc byte[Ed25519PublicKey.Size];
        EvpKey.GetPublic(_key, raw);
        _publicKey = new Ed25519PublicKey(raw);
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey => _publicKey;

    /// <inheritdoc/>
    public override int MaxSignatureSize => Ed25519PublicKey.SignatureSize;

    /// <summary>The key of a seed of 32 bytes.</summary>
    /// <exception cref="FormatException">There are not 32.</exception>
    public static Ed25519PrivateKey FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? new Ed25519PrivateKey(new SecretBytes(seed))
        : throw new FormatException($"An Ed25519 seed has {SeedSize} bytes, not {seed.Length}.");

    /// <inheritdoc/>
    public override int Sign(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        CheckDestination(destination);
        var signature = destination[..Ed25519PublicKey.SignatureSize];
        var context = Interlocked.Exchange(ref _context, null) ?? EvpSignature.NewContext();
        EvpSignature.Sign(context, _key, message, signature);
        if (Interlocked.CompareExchange(ref _context, context, null) is not null) context.Dispose();
        return signature.Length;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _seed.Dispose();
        Interlocked.Exchange(ref _context, null)?.Dispose();
        _key.Dispose();
    }

    internal static Ed25519PrivateKey Generate(RandomSource random) => new(SecretBytes.Random(SeedSize, random));

    /// <summary>Reads seed and public key (64 bytes), or the older form that repeats the public key (96 bytes).</summary>
    internal static Ed25519PrivateKey FromRaw(ReadOnlySpan<byte> raw)
    {
        if (raw.Length is not (64 or 96)) throw new FormatException($"An Ed25519 private key has 64 bytes (96 in the older form), not {raw.Length}.");
        var key = FromSeed(raw[..SeedSize]);
        for (var rest = raw[SeedSize..]; !rest.IsEmpty; rest = rest[Ed25519PublicKey.Size..])
        {
            if (CryptographicOperations.FixedTimeEquals(rest[..Ed25519PublicKey.Size], key._publicKey.Raw.Span)) continue;
            key.Dispose();
            throw new FormatException("The Ed25519 private key carries a public key that does not belong to it.");
        }

        return key;
    }

    internal override byte[] ExportRaw()
    {
        var raw = new byte[SeedSize + Ed25519PublicKey.Size];
        _seed.Span.CopyTo(raw);
        _publicKey.Raw.Span.CopyTo(raw.AsSpan(SeedSize));
        return raw;
    }
}
