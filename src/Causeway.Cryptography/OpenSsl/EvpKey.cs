using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>EVP_PKEY: keys.</summary>
internal static partial class EvpKey
{
    /// <summary>EVP_PKEY_X25519 (NID_X25519, <c>openssl/obj_mac.h</c>).</summary>
    internal const int X25519 = 1034;

    /// <summary>EVP_PKEY_ED25519 (NID_ED25519, <c>openssl/obj_mac.h</c>).</summary>
    internal const int Ed25519 = 1087;

    /// <summary>A key from its raw 32-byte private form; the public half is computed.</summary>
    internal static SafeEvpKey FromPrivate(int type, ReadOnlySpan<byte> key)
    {
        var handle = NewRawPrivateKey(type, 0, key, (nuint)key.Length);
        return handle.IsInvalid ? throw LibCrypto.Failure("EVP_PKEY_new_raw_private_key") : handle;
    }

    /// <summary>A key from its raw 32-byte public form.</summary>
    internal static SafeEvpKey FromPublic(int type, ReadOnlySpan<byte> key)
    {
        var handle = NewRawPublicKey(type, 0, key, (nuint)key.Length);
        return handle.IsInvalid ? throw LibCrypto.Failure("EVP_PKEY_new_raw_public_key") : handle;
    }

    /// <summary>Writes the raw public form, which must fill <paramref name="destination"/>.</summary>
    internal static void GetPublic(SafeEvpKey key, Span<byte> destination)
    {
        var length = (nuint)destination.Length;
        if (GetRawPublicKey(key, destination, ref length) != 1 || length != (nuint)destination.Length)
            throw LibCrypto.Failure("EVP_PKEY_get_raw_public_key");
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_free")]
    internal static partial void Free(nint key);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial SafeEvpKey NewRawPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial SafeEvpKey NewRawPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int GetRawPublicKey(SafeEvpKey key, Span<byte> destination, ref nuint length);
}
