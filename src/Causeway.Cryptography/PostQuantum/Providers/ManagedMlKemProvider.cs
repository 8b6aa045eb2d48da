using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum.MlKem;
using Causeway.Cryptography.Secrets;
using static Causeway.Cryptography.PostQuantum.MlKem.MlKemParameters;

namespace Causeway.Cryptography.PostQuantum.Providers;

/// <summary>ML-KEM-1024 by <see cref="MlKemCore"/>.</summary>
internal sealed class ManagedMlKemProvider : MlKemProvider
{
    internal override MlKemDecapsulator FromSeed(ReadOnlySpan<byte> seed)
    {
        var key = new SecretBytes(DecapsulationKeySize);
        Span<byte> encapsulationKey = stackalloc byte[EncapsulationKeySize];
        MlKemCore.GenerateKey(seed, encapsulationKey, key.Span);
        return new Decapsulator(key);
    }

    internal override MlKemDecapsulator FromExpanded(ReadOnlySpan<byte> decapsulationKey) => new Decapsulator(new SecretBytes(decapsulationKey));

    internal override MlKemEncapsulator FromEncapsulationKey(ReadOnlySpan<byte> encapsulationKey) => new Encapsulator(encapsulationKey);

    private sealed class Decapsulator(SecretBytes key) : MlKemDecapsulator
    {
        internal override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret) =>
            MlKemCore.Decapsulate(key.Span, ciphertext, sharedSecret);

        internal override void ExportEncapsulationKey(Span<byte> destination) =>
            key.Span.Slice(VectorSize, EncapsulationKeySize).CopyTo(destination);

        internal override void ExportExpanded(Span<byte> destination) => key.Span.CopyTo(destination);

        public override void Dispose() => key.Dispose();
    }

    private sealed class Encapsulator : MlKemEncapsulator
    {
        private readonly short[] _t = new short[VectorLength];
        private readonly byte[] _rho;
        private readonly byte[] _hash = new byte[SymmetricSize];

        internal Encapsulator(ReadOnlySpan<byte> encapsulationKey)
        {
            _ = MlKemCodec.Decode12(encapsulationKey[..VectorSize], _t);
            _rho = encapsulationKey[VectorSize..].ToArray();
            MlKemCore.Hash(encapsulationKey, _hash);
        }

        internal override void Encapsulate(ReadOnlySpan<byte> random, Span<byte> ciphertext, Span<byte> sharedSecret)
        {
            Span<byte> message = stackalloc byte[SymmetricSize];
            if (random.IsEmpty) RandomSource.System.Fill(message);
            else random.CopyTo(message);
            MlKemCore.Encapsulate(_t, _rho, _hash, message, ciphertext, sharedSecret);
            CryptographicOperations.ZeroMemory(message);
        }
    }
}
