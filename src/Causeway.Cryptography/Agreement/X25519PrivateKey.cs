using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Agreement;

/// <summary>An X25519 private key (RFC 7748). Agreements with one key may run on several threads; <see cref="Dispose"/> zeroes the key.</summary>
public sealed class X25519PrivateKey : IDisposable
{
    /// <summary>The length in bytes of private keys, public keys and shared secrets.</summary>
    public const int Size = 32;

    private readonly SafeEvpKey _key;
    private readonly byte[] _publicKey = new byte[Size];
    private SafeEvpAgreementContext? _context;

    private X25519PrivateKey(ReadOnlySpan<byte> privateKey)
    {
        _key = EvpKey.FromPrivate(EvpKey.X25519, privateKey);
        EvpKey.GetPublic(_key, _publicKey);
    }

    /// <summary>The public key, 32 bytes. It stays readable after disposal.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>A fresh key.</summary>
    public static X25519PrivateKey Generate(RandomSource? random = null)
    {
        Span<byte> secret = stackalloc byte[Size];
        (random ?? RandomSource.System).Fill(secret);
        try
        {
            return new X25519PrivateKey(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The key of 32 given bytes; clamping is part of the function (RFC 7748, section 5).</summary>
    /// <exception cref="FormatException">There are not 32 bytes.</exception>
    public static X25519PrivateKey FromBytes(ReadOnlySpan<byte> privateKey) => privateKey.Length == Size
        ? new X25519PrivateKey(privateKey)
        : throw new FormatException($"An X25519 private key has {Size} bytes, not {privateKey.Length}.");

    /// <summary>Writes the secret shared with the holder of <paramref name="peerPublicKey"/> into the first 32 bytes of <paramref name="secret"/>.</summary>
    /// <exception cref="CryptographicException">The peer's key has not 32 bytes or is of small order, which would make the secret zero for everybody (RFC 7748, section 6.1).</exception>
    /// <exception cref="ArgumentException"><paramref name="secret"/> is shorter than 32 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Derive(ReadOnlySpan<byte> peerPublicKey, Span<byte> secret)
    {
        if (peerPublicKey.Length != Size) throw new CryptographicException($"An X25519 public key has {Size} bytes, not {peerPublicKey.Length}.");
        if (secret.Length < Size) throw new ArgumentException($"The shared secret needs {Size} bytes.", nameof(secret));
        secret = secret[..Size];

        using var peer = EvpKey.FromPublic(EvpKey.X25519, peerPublicKey);
        var context = Interlocked.Exchange(ref _context, null) ?? EvpAgreement.NewContext(_key);
        var derived = EvpAgreement.Derive(context, peer, secret);
        if (Interlocked.CompareExchange(ref _context, context, null) is not null) context.Dispose();
        if (derived && secret.ContainsAnyExcept((byte)0)) return;
        CryptographicOperations.ZeroMemory(secret);
        throw new CryptographicException("The peer's X25519 key is of small order; no secret can be shared with it.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _context, null)?.Dispose();
        _key.Dispose();
    }
}
