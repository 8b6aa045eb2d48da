using System.Security.Cryptography;

namespace Causeway.Cryptography.PostQuantum.Providers;

/// <summary>ML-KEM-1024 by the framework.</summary>
internal sealed class SystemMlKemProvider : MlKemProvider
{
    internal override MlKemDecapsulator FromSeed(ReadOnlySpan<byte> seed) =>
        new Decapsulator(MLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem1024, seed));

    internal override MlKemDecapsulator FromExpanded(ReadOnlySpan<byte> decapsulationKey) =>
        new Decapsulator(MLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem1024, decapsulationKey));

    internal override MlKemEncapsulator FromEncapsulationKey(ReadOnlySpan<byte> encapsulationKey) => new Encapsulator(encapsulationKey);

    private sealed class Decapsulator(MLKem key) : MlKemDecapsulator
    {
        internal override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret) => key.Decapsulate(ciphertext, sharedSecret);

        internal override void ExportEncapsulationKey(Span<byte> destination) => key.ExportEncapsulationKey(destination);

        internal override void ExportExpanded(Span<byte> destination) => key.ExportDecapsulationKey(destination);

        public override void Dispose() => key.Dispose();
    }

    private sealed class Encapsulator(ReadOnlySpan<byte> encapsulationKey) : MlKemEncapsulator
    {
        // Closed by its handle's finaliser: public keys are not disposed of.
        private readonly MLKem _key = MLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem1024, encapsulationKey);
        private readonly byte[] _bytes = encapsulationKey.ToArray();

        internal override void Encapsulate(ReadOnlySpan<byte> random, Span<byte> ciphertext, Span<byte> sharedSecret)
        {
            // The framework always draws by itself; only tests bring randomness.
            if (random.IsEmpty) _key.Encapsulate(ciphertext, sharedSecret);
            else Managed.FromEncapsulationKey(_bytes).Encapsulate(random, ciphertext, sharedSecret);
        }
    }
}
