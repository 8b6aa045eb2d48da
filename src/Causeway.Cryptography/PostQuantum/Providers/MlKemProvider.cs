using System.Security.Cryptography;

namespace Causeway.Cryptography.PostQuantum.Providers;

/// <summary>Who computes ML-KEM-1024. Bytes come with the right length and the checks of FIPS 203, section 7, behind them.</summary>
internal abstract class MlKemProvider
{
    /// <summary>Our own implementation, which runs everywhere.</summary>
    internal static MlKemProvider Managed { get; } = new ManagedMlKemProvider();

    /// <summary>The framework's where it has one (OpenSSL 3.5 or newer, Windows 11), else ours.</summary>
    internal static MlKemProvider Default { get; } = MLKem.IsSupported ? new SystemMlKemProvider() : Managed;

    internal abstract MlKemDecapsulator FromSeed(ReadOnlySpan<byte> seed);

    internal abstract MlKemDecapsulator FromExpanded(ReadOnlySpan<byte> decapsulationKey);

    internal abstract MlKemEncapsulator FromEncapsulationKey(ReadOnlySpan<byte> encapsulationKey);
}

/// <summary>The holder of a decapsulation key.</summary>
internal abstract class MlKemDecapsulator : IDisposable
{
    internal abstract void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret);

    internal abstract void ExportEncapsulationKey(Span<byte> destination);

    internal abstract void ExportExpanded(Span<byte> destination);

    public abstract void Dispose();
}

/// <summary>The holder of an encapsulation key.</summary>
internal abstract class MlKemEncapsulator
{
    /// <summary>Encapsulates the given 32 random bytes, or fresh ones if there are none.</summary>
    internal abstract void Encapsulate(ReadOnlySpan<byte> random, Span<byte> ciphertext, Span<byte> sharedSecret);
}
