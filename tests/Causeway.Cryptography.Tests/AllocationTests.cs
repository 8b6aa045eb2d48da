using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.Providers;

namespace Causeway.Cryptography.Tests;

/// <summary>The operations that run for every frame or message allocate nothing once they are warm.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Ed25519_signing_and_verifying()
    {
        using var key = PrivateKey.Generate();
        byte[] message = new byte[100], signature = new byte[64];
        AssertNone(() =>
        {
            _ = key.Sign(message, signature);
            if (!key.PublicKey.Verify(message, signature)) throw new InvalidOperationException();
            if (key.PublicKey.Verify(message, message.AsSpan(0, 64))) throw new InvalidOperationException();
        });
    }

    [Fact]
    public void Sealing_and_opening()
    {
        using var chaCha = new ChaCha20Poly1305Cipher(new byte[32]);
        using var aes = new AesGcmCipher(new byte[32]);
        AeadCipher[] ciphers = [chaCha, aes];
        byte[] nonce = new byte[12], plaintext = new byte[1000], sealedData = new byte[1016];
        AssertNone(() =>
        {
            foreach (var cipher in ciphers)
            {
                cipher.Seal(nonce, plaintext, sealedData, nonce);
                if (!cipher.TryOpen(nonce, sealedData, plaintext, nonce)) throw new InvalidOperationException();
            }
        });
    }

    [Fact]
    public void Key_derivation()
    {
        byte[] one = new byte[32], two = new byte[32], three = new byte[32];
        AssertNone(() =>
        {
            Hkdf.DeriveTwo(one, two, one, two);
            Hkdf.DeriveThree(one, two, one, two, three);
        });
    }

    [Fact]
    public void Post_quantum_operations()
    {
        using var kem = MlKem1024DecapsulationKey.Generate(null, MlKemProvider.Managed);
        using var dsa = MlDsa87PrivateKey.Generate(null, MlDsaProvider.Managed);
        using var hybrid = HybridSigningKey.Generate();
        byte[] ciphertext = new byte[1568], secret = new byte[32], signature = new byte[4627], both = new byte[4691];
        AssertNone(() =>
        {
            kem.EncapsulationKey.Encapsulate(ciphertext, secret);
            kem.Decapsulate(ciphertext, secret);
            dsa.Sign(secret, default, signature);
            if (!dsa.PublicKey.Verify(secret, default, signature)) throw new InvalidOperationException();
            hybrid.Sign("l"u8, secret, both);
            if (!hybrid.PublicKey.Verify("l"u8, secret, both)) throw new InvalidOperationException();
        });
    }

    private static void AssertNone(Action action)
    {
        for (var i = 0; i < 50; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
