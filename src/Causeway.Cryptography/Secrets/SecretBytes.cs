using System.Security.Cryptography;

namespace Causeway.Cryptography.Secrets;

/// <summary>
/// A buffer for a secret. It is pinned, so that the garbage collector never leaves copies of it behind, and zeroed by <see cref="Dispose"/>.
/// </summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    /// <summary>A buffer of <paramref name="length"/> zero bytes.</summary>
    public SecretBytes(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>A buffer with a copy of <paramref name="secret"/>; the original stays the caller's to zero.</summary>
    public SecretBytes(ReadOnlySpan<byte> secret)
        : this(secret.Length) => secret.CopyTo(_bytes);

    /// <summary>The number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The secret itself. Do not keep the span beyond <see cref="Dispose"/>: it shows zeros then.</summary>
    /// <exception cref="ObjectDisposedException">The secret is gone.</exception>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>A buffer of fresh random bytes.</summary>
    public static SecretBytes Random(int length, RandomSource? random = null)
    {
        var secret = new SecretBytes(length);
        (random ?? RandomSource.System).Fill(secret._bytes);
        return secret;
    }

    /// <summary>Compares in time that depends on the lengths only, never on the bytes.</summary>
    public bool FixedTimeEquals(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(Span, other);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
