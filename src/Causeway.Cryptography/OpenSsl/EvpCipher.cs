using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>
/// EVP_Encrypt and EVP_Decrypt for authenticated encryption with 12-byte nonces and 16-byte tags. A context keeps its key; each operation sets the
/// nonce only. The framework's own classes go the same way at twice the price for small messages: their handles are counted and their arguments
/// checked in each of five calls, and a tag that does not fit costs them an exception.
/// </summary>
internal static unsafe partial class EvpCipher
{
    // OpenSSL 3, include/openssl/evp.h: EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG.
    private const int GetTag = 0x10;
    private const int SetTag = 0x11;
    private const int TagSize = 16;

    private static readonly Lazy<nint> ChaCha20Poly1305 = new(static () => Fetch("ChaCha20-Poly1305"));
    private static readonly Lazy<nint> Aes128Gcm = new(static () => Fetch("AES-128-GCM"));
    private static readonly Lazy<nint> Aes256Gcm = new(static () => Fetch("AES-256-GCM"));

    /// <summary>A context for ChaCha20-Poly1305 under a key of 32 bytes.</summary>
    internal static SafeEvpCipherContext NewChaCha20Poly1305(ReadOnlySpan<byte> key) => New(ChaCha20Poly1305.Value, key);

    /// <summary>A context for AES-GCM under a key of 16 or 32 bytes.</summary>
    internal static SafeEvpCipherContext NewAesGcm(ReadOnlySpan<byte> key) => New(key.Length == 16 ? Aes128Gcm.Value : Aes256Gcm.Value, key);

    /// <summary>Encrypts; the ciphertext has the plaintext's length and may be the same memory.</summary>
    internal static void Encrypt(
        SafeEvpCipherContext context,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plaintext,
        Span<byte> ciphertext,
        Span<byte> tag,
        ReadOnlySpan<byte> associatedData)
    {
        var held = false;
        context.DangerousAddRef(ref held);
        try
        {
            var raw = context.DangerousGetHandle();
            fixed (byte* n = nonce, a = associatedData, p = plaintext, c = ciphertext, t = tag)
            {
                int written;
                var done = Init(raw, 0, 0, null, n, 1) == 1
                    && (associatedData.IsEmpty || EncryptUpdate(raw, null, &written, a, associatedData.Length) == 1)
                    && (plaintext.IsEmpty || EncryptUpdate(raw, c, &written, p, plaintext.Length) == 1)
                    && EncryptFinal(raw, t, &written) == 1
                    && Control(raw, GetTag, TagSize, t) == 1;
                if (!done) throw LibCrypto.Failure("EVP_Encrypt");
            }
        }
        finally
        {
            if (held) context.DangerousRelease();
        }
    }

    /// <summary>Decrypts; false if the tag does not fit, and then <paramref name="plaintext"/> holds what must not be used.</summary>
    internal static bool Decrypt(
        SafeEvpCipherContext context,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData)
    {
        var held = false;
        context.DangerousAddRef(ref held);
        try
        {
            var raw = context.DangerousGetHandle();
            var rest = stackalloc byte[TagSize];
            fixed (byte* n = nonce, a = associatedData, p = plaintext, c = ciphertext, t = tag)
            {
                int written;
                var done = Init(raw, 0, 0, null, n, 0) == 1
                    && Control(raw, SetTag, TagSize, t) == 1
                    && (associatedData.IsEmpty || DecryptUpdate(raw, null, &written, a, associatedData.Length) == 1)
                    && (ciphertext.IsEmpty || DecryptUpdate(raw, p, &written, c, ciphertext.Length) == 1);
                if (!done) throw LibCrypto.Failure("EVP_Decrypt");
                if (DecryptFinal(raw, rest, &written) == 1) return true;
            }

            LibCrypto.ErrClearError();
            return false;
        }
        finally
        {
            if (held) context.DangerousRelease();
        }
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_CIPHER_CTX_free")]
    internal static partial void Free(nint context);

    private static nint Fetch(string name)
    {
        var cipher = Fetch(0, name, 0);
        return cipher != 0 ? cipher : throw LibCrypto.Failure($"EVP_CIPHER_fetch({name})");
    }

    private static SafeEvpCipherContext New(nint cipher, ReadOnlySpan<byte> key)
    {
        var context = New();
        if (context.IsInvalid) throw LibCrypto.Failure("EVP_CIPHER_CTX_new");
        fixed (byte* k = key)
        {
            if (Init(context.DangerousGetHandle(), cipher, 0, k, null, 1) == 1) return context;
        }

        context.Dispose();
        throw LibCrypto.Failure("EVP_CipherInit_ex");
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_CIPHER_fetch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Fetch(nint library, string algorithm, nint properties);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_CIPHER_CTX_new")]
    private static partial SafeEvpCipherContext New();

    // Operations take the bare handle: one DangerousAddRef for all five of them.
    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_CipherInit_ex")]
    private static partial int Init(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    private static partial int Control(nint context, int type, int argument, byte* data);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_EncryptUpdate")]
    private static partial int EncryptUpdate(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DecryptUpdate")]
    private static partial int DecryptUpdate(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_EncryptFinal_ex")]
    private static partial int EncryptFinal(nint context, byte* output, int* written);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DecryptFinal_ex")]
    private static partial int DecryptFinal(nint context, byte* output, int* written);
}
