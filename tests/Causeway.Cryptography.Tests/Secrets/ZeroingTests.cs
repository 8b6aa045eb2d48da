using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.MlDsa;
using Causeway.Cryptography.PostQuantum.Providers;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Tests.Secrets;

/// <summary>After a key is disposed its secret is nowhere in the process: not in our buffers, not in OpenSSL's.</summary>
public sealed class ZeroingTests
{
    [Fact]
    public void A_secret_buffer() => AssertGone(memory =>
    {
        var secret = new SecretBytes(32);
        memory.Unmask(secret.Span);
        return secret;
    });

    [Fact]
    public void An_Ed25519_key() => AssertGone(memory =>
    {
        var key = PrivateKey.Generate(KeyType.Ed25519, new Source(memory));
        _ = key.Sign("m"u8);
        CryptographicOperations.ZeroMemory(key.ToProtobuf());
        return key;
    });

    [Theory]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    public void An_ECDSA_key(KeyType type) => AssertGone(memory =>
    {
        using var first = PrivateKey.Generate(type, new Source(memory));
        var encoded = first.ToProtobuf();
        var key = PrivateKey.FromProtobuf(encoded);
        CryptographicOperations.ZeroMemory(encoded);
        _ = key.Sign("m"u8);
        return key;
    });

    // Looks for 32 bytes of the private exponent. The framework leaves copies when it generates a key; reading one must not add to them.
    [Fact]
    public void An_RSA_key_that_was_read()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, to read the process's memory through /proc");
        const byte Mask = 0x5a;
        var encoded = GC.AllocateArray<byte>(3000, pinned: true);
        int length;
        using (var generated = PrivateKey.Generate(KeyType.Rsa))
        {
            var bytes = generated.ToProtobuf();
            length = bytes.Length;
            for (var i = 0; i < length; i++) encoded[i] = (byte)(bytes[i] ^ Mask);
            CryptographicOperations.ZeroMemory(bytes);
        }

        for (var i = 0; i < length; i++) encoded[i] ^= Mask;
        var key = PrivateKey.FromProtobuf(encoded.AsSpan(0, length));
        using var memory = new ProcessMemory(encoded.AsSpan(300, 32));
        CryptographicOperations.ZeroMemory(encoded);
        var during = memory.CountCopies();
        _ = key.Sign("m"u8);
        CryptographicOperations.ZeroMemory(key.ToProtobuf());
        key.Dispose();

        // The two that go are ours and OpenSSL's.
        Assert.InRange(memory.CountCopies(), 0, during - 2);
    }

    [Fact]
    public void An_X25519_key() => AssertGone(memory =>
    {
        var key = X25519PrivateKey.Generate(new Source(memory));
        key.Derive([9, .. new byte[31]], new byte[32]);
        return key;
    });

    [Fact]
    public void A_ChaCha20_Poly1305_key() => AssertGone(memory => Use(memory, key => new ChaCha20Poly1305Cipher(key)));

    [Fact]
    public void An_AES_256_GCM_key() => AssertGone(memory => Use(memory, key => new AesGcmCipher(key)));

    [Fact]
    public void A_chaining_key_that_HKDF_has_read() => AssertGone(memory =>
    {
        var key = new SecretBytes(32);
        memory.Unmask(key.Span);
        Hkdf.DeriveThree(key.Span, "input"u8, new byte[32], new byte[32], new byte[32]);
        return key;
    });

    [Fact]
    public void The_seed_of_an_ML_KEM_key() => AssertGone(memory =>
    {
        var key = MlKem1024DecapsulationKey.Generate(new Source(memory), MlKemProvider.Managed);
        var ciphertext = new byte[MlKem1024EncapsulationKey.CiphertextSize];
        key.EncapsulationKey.Encapsulate(ciphertext, new byte[32]);
        key.Decapsulate(ciphertext, new byte[32]);
        return key;
    });

    [Fact]
    public void The_secret_vector_of_an_ML_KEM_key() => AssertPartGone(part =>
    {
        var key = MlKem1024DecapsulationKey.Generate(null, MlKemProvider.Managed);
        var expanded = GC.AllocateArray<byte>(MlKem1024DecapsulationKey.ExpandedSize, pinned: true);
        key.ExportExpanded(expanded);
        expanded.AsSpan(700, 32).CopyTo(part);
        CryptographicOperations.ZeroMemory(expanded);
        key.Decapsulate(new byte[MlKem1024EncapsulationKey.CiphertextSize], new byte[32]);
        return key;
    });

    [Fact]
    public void What_an_encapsulation_drew()
    {
        AssertGone(memory =>
        {
            using var key = MlKem1024DecapsulationKey.Generate(null, MlKemProvider.Managed);
            byte[] ciphertext = new byte[MlKem1024EncapsulationKey.CiphertextSize];
            key.EncapsulationKey.Encapsulate(ciphertext, new byte[32], new Source(memory));
            var drawn = new SecretBytes(32);
            memory.Unmask(drawn.Span);
            return drawn;
        });
    }

    [Fact]
    public void The_seed_of_an_ML_DSA_key() => AssertGone(memory =>
    {
        var key = MlDsa87PrivateKey.Generate(new Source(memory), MlDsaProvider.Managed);
        key.Sign("m"u8, "c"u8, new byte[MlDsa87PublicKey.SignatureSize]);
        return key;
    });

    [Theory]
    [InlineData(40)]
    [InlineData(200)]
    [InlineData(1500)]
    public void The_expanded_ML_DSA_key(int at) => AssertPartGone(part =>
    {
        var key = MlDsa87PrivateKey.Generate(null, MlDsaProvider.Managed);
        var expanded = GC.AllocateArray<byte>(MlDsa87PrivateKey.ExpandedSize, pinned: true);
        key.ExportExpanded(expanded);
        expanded.AsSpan(at, part.Length).CopyTo(part);
        CryptographicOperations.ZeroMemory(expanded);
        key.Sign("m"u8, "c"u8, new byte[MlDsa87PublicKey.SignatureSize]);
        return key;
    }, at == 40 ? 24 : 32);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_transformed_secrets_of_an_ML_DSA_key(int which) => AssertPartGone(part =>
    {
        using var seed = SecretBytes.Random(32);
        var key = MlDsaExpandedKey.FromSeed(seed.Span);
        var transformed = which switch { 0 => key.S1, 1 => key.S2, _ => key.T0 };
        MemoryMarshal.AsBytes(transformed.Slice(300, 8)).CopyTo(part);
        MlDsaCore.Sign(key, new byte[64], new byte[32], new byte[MlDsa87PublicKey.SignatureSize]);
        return key;
    });

    [Fact]
    public void A_hybrid_signing_key() => AssertGone(memory =>
    {
        var key = HybridSigningKey.Generate(new Source(memory));
        _ = key.Sign("l"u8, "m"u8);
        return key;
    });

    [Fact]
    public void A_hybrid_ephemeral_key() => AssertGone(memory =>
    {
        using var initiator = X25519PrivateKey.Generate();
        var key = HybridEphemeralKey.Generate(new Source(memory));
        key.Respond(new byte[MlKem1024EncapsulationKey.CiphertextSize], initiator.PublicKey.Span, default, new byte[64]);
        return key;
    });

    private static AeadCipher Use(ProcessMemory memory, Func<byte[], AeadCipher> create)
    {
        var key = GC.AllocateArray<byte>(32, pinned: true);
        memory.Unmask(key);
        var cipher = create(key);
        CryptographicOperations.ZeroMemory(key);
        cipher.Seal(new byte[12], new byte[100], new byte[116]);
        return cipher;
    }

    private static void AssertGone(Func<ProcessMemory, IDisposable> create)
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, to read the process's memory through /proc");
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        using var memory = new ProcessMemory(secret);
        Assert.Equal(0, memory.CountCopies());

        var holder = create(memory);
        Assert.NotEqual(0, memory.CountCopies());
        holder.Dispose();
        Assert.Equal(0, memory.CountCopies());
    }

    // The same for a part of a secret that is only known once there is a key.
    private static void AssertPartGone(PartOfKey create, int length = 32)
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, to read the process's memory through /proc");
        Span<byte> part = stackalloc byte[length];
        var holder = create(part);
        using var memory = new ProcessMemory(part);
        Assert.NotEqual(0, memory.CountCopies());
        holder.Dispose();
        Assert.Equal(0, memory.CountCopies());
    }

    private delegate IDisposable PartOfKey(Span<byte> part);

    private sealed class Source(ProcessMemory memory) : RandomSource
    {
        public override void Fill(Span<byte> destination) => memory.Unmask(destination);
    }
}
