using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum.MlDsa;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.PostQuantum.Providers;

/// <summary>ML-DSA-87 by the framework.</summary>
internal sealed class SystemMlDsaProvider : MlDsaProvider
{
    internal override MlDsaSigner FromSeed(ReadOnlySpan<byte> seed) =>
        new Signer(MLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa87, seed));

    internal override MlDsaSigner FromExpanded(ReadOnlySpan<byte> privateKey)
    {
        // Reading it ourselves first checks more of it than the standard asks the framework to.
        using var check = Managed.FromExpanded(privateKey);
        return new Signer(MLDsa.ImportMLDsaPrivateKey(MLDsaAlgorithm.MLDsa87, privateKey));
    }

    internal override MlDsaVerifier FromPublicKey(ReadOnlyMemory<byte> publicKey) => new Verifier(publicKey.Span);

    private sealed class Signer(MLDsa key) : MlDsaSigner
    {
        internal override void Sign(
            ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> random, Span<byte> signature)
        {
            if (random.IsEmpty)
            {
                key.SignData(message, signature, context);
                return;
            }

            // The framework always draws by itself.
            using var expanded = new SecretBytes(MlDsaParameters.PrivateKeySize);
            key.ExportMLDsaPrivateKey(expanded.Span);
            using var signer = Managed.FromExpanded(expanded.Span);
            signer.Sign(message, context, random, signature);
        }

        internal override void ExportPublicKey(Span<byte> destination) => key.ExportMLDsaPublicKey(destination);

        internal override void ExportExpanded(Span<byte> destination) => key.ExportMLDsaPrivateKey(destination);

        public override void Dispose() => key.Dispose();
    }

    private sealed class Verifier(ReadOnlySpan<byte> publicKey) : MlDsaVerifier
    {
        // Closed by its handle's finaliser: public keys are not disposed of.
        private readonly MLDsa _key = MLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa87, publicKey);

        internal override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature) =>
            _key.VerifyData(message, signature, context);
    }
}
