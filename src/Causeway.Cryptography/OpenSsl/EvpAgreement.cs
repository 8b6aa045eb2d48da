using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>EVP_PKEY_derive: key agreement.</summary>
internal static partial class EvpAgreement
{
    /// <summary>A context for any number of agreements with one private key, one at a time.</summary>
    internal static SafeEvpAgreementContext NewContext(SafeEvpKey key)
    {
        var context = New(key, 0);
        if (context.IsInvalid) throw LibCrypto.Failure("EVP_PKEY_CTX_new");
        if (DeriveInit(context) == 1) return context;
        context.Dispose();
        throw LibCrypto.Failure("EVP_PKEY_derive_init");
    }

    /// <summary>Writes the shared secret; false if the peer's key is of small order, for which OpenSSL refuses the all-zero result.</summary>
    internal static bool Derive(SafeEvpAgreementContext context, SafeEvpKey peer, Span<byte> secret)
    {
        // Every 32-byte string is an X25519 public key (RFC 7748, section 5), so there is nothing to validate beforehand.
        if (SetPeer(context, peer, 0) != 1) throw LibCrypto.Failure("EVP_PKEY_derive_set_peer_ex");
        var length = (nuint)secret.Length;
        if (Derive(context, secret, ref length) == 1 && length == (nuint)secret.Length) return true;
        LibCrypto.ErrClearError();
        return false;
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_CTX_free")]
    internal static partial void Free(nint context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_CTX_new")]
    private static partial SafeEvpAgreementContext New(SafeEvpKey key, nint engine);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_derive_init")]
    private static partial int DeriveInit(SafeEvpAgreementContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_derive_set_peer_ex")]
    private static partial int SetPeer(SafeEvpAgreementContext context, SafeEvpKey peer, int validate);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_derive")]
    private static partial int Derive(SafeEvpAgreementContext context, Span<byte> secret, ref nuint length);
}
