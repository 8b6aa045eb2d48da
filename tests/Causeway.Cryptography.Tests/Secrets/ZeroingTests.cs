using System.Security.Cryptography;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Keys;
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

    [Fact]
    public void A_secp256k1_key() => AssertGone(memory =>
    {
        var key = PrivateKey.Generate(KeyType.Secp256k1, new Source(memory));
        _ = key.Sign("m"u8);
        CryptographicOperations.ZeroMemory(key.ToProtobuf());
        return key;
    });

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

    private sealed class Source(ProcessMemory memory) : RandomSource
    {
        public override void Fill(Span<byte> destination) => memory.Unmask(destination);
    }
}
