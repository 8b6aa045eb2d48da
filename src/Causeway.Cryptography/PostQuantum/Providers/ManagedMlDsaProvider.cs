using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum.MlDsa;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.PostQuantum.Providers;

/// <summary>ML-DSA-87 by <see cref="MlDsaCore"/>.</summary>
internal sealed class ManagedMlDsaProvider : MlDsaProvider
{
    internal override MlDsaSigner FromSeed(ReadOnlySpan<byte> seed) => new Signer(MlDsaExpandedKey.FromSeed(seed));

    internal override MlDsaSigner FromExpanded(ReadOnlySpan<byte> privateKey) => new Signer(
        MlDsaExpandedKey.FromBytes(privateKey) ?? throw new FormatException("The parts of the ML-DSA-87 private key do not belong together."));

    internal override MlDsaVerifier FromPublicKey(ReadOnlyMemory<byte> publicKey) => new Verifier(publicKey);

    private sealed class Signer(MlDsaExpandedKey key) : MlDsaSigner
    {
        internal override void Sign(
            ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> random, Span<byte> signature)
        {
            Span<byte> mu = stackalloc byte[MlDsaParameters.HashSize];
            MlDsaCore.HashMessage(key.PublicKeyHash, context, message, mu);
            Span<byte> fresh = stackalloc byte[MlDsaParameters.SeedSize];
            if (random.IsEmpty) RandomSource.System.Fill(fresh);
            else random.CopyTo(fresh);
            MlDsaCore.Sign(key, mu, fresh, signature);
            CryptographicOperations.ZeroMemory(fresh);
        }

        internal override void ExportPublicKey(Span<byte> destination) => key.PublicKey.CopyTo(destination);

        internal override void ExportExpanded(Span<byte> destination) => key.Bytes.CopyTo(destination);

        public override void Dispose() => key.Dispose();
    }

    private sealed class Verifier : MlDsaVerifier
    {
        private readonly ReadOnlyMemory<byte> _publicKey;
        private readonly byte[] _hash = new byte[MlDsaParameters.HashSize];

        internal Verifier(ReadOnlyMemory<byte> publicKey)
        {
            _publicKey = publicKey;
            MlDsaCore.Hash(publicKey.Span, _hash);
        }

        internal override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature)
        {
            Span<byte> mu = stackalloc byte[MlDsaParameters.HashSize];
            MlDsaCore.HashMessage(_hash, context, message, mu);
            return MlDsaCore.Verify(_publicKey.Span, mu, signature);
        }
    }
}
