using System.Security.Cryptography;

namespace Causeway.Cryptography.PostQuantum.Providers;

/// <summary>Who computes ML-DSA-87, the public interface. Bytes come with the right length.</summary>
internal abstract class MlDsaProvider
{
    /// <summary>Our own implementation, which runs everywhere.</summary>
    internal static MlDsaProvider Managed { get; } = new ManagedMlDsaProvider();

    /// <summary>The framework's where it has one (OpenSSL 3.5 or newer, Windows 11), else ours.</summary>
    internal static MlDsaProvider Default { get; } = MLDsa.IsSupported ? new SystemMlDsaProvider() : Managed;

    internal abstract MlDsaSigner FromSeed(ReadOnlySpan<byte> seed);

    /// <summary>Reads the expanded form.</summary>
    /// <exception cref="FormatException">The parts of the key do not belong together.</exception>
    internal abstract MlDsaSigner FromExpanded(ReadOnlySpan<byte> privateKey);

    internal abstract MlDsaVerifier FromPublicKey(ReadOnlyMemory<byte> publicKey);
}

/// <summary>The holder of a private key.</summary>
internal abstract class MlDsaSigner : IDisposable
{
    /// <summary>Signs with the given 32 random bytes (zeros: deterministic), or fresh ones if there are none.</summary>
    internal abstract void Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> random, Span<byte> signature);

    internal abstract void ExportPublicKey(Span<byte> destination);

    internal abstract void ExportExpanded(Span<byte> destination);

    public abstract void Dispose();
}

/// <summary>The holder of a public key.</summary>
internal abstract class MlDsaVerifier
{
    internal abstract bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature);
}
