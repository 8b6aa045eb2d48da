using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>EVP_DigestSign and EVP_DigestVerify for schemes that hash by themselves (Ed25519).</summary>
internal static partial class EvpSignature
{
    /// <summary>A context to be used with one key only, for any number of operations of one kind.</summary>
    internal static SafeEvpSignatureContext NewContext()
    {
        var context = New();
        return context.IsInvalid ? throw LibCrypto.Failure("EVP_MD_CTX_new") : context;
    }

    /// <summary>Signs a whole message; the signature must fill <paramref name="signature"/>.</summary>
    internal static void Sign(SafeEvpSignatureContext context, SafeEvpKey key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var length = (nuint)signature.Length;
        if (SignInit(context, 0, 0, 0, key) != 1) throw LibCrypto.Failure("EVP_DigestSignInit");
        if (Sign(context, signature, ref length, message, (nuint)message.Length) != 1 || length != (nuint)signature.Length)
            throw LibCrypto.Failure("EVP_DigestSign");
    }

    /// <summary>Whether the signature is good. A malformed one is not.</summary>
    internal static bool Verify(SafeEvpSignatureContext context, SafeEvpKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (VerifyInit(context, 0, 0, 0, key) != 1) throw LibCrypto.Failure("EVP_DigestVerifyInit");
        if (Verify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1) return true;
        LibCrypto.ErrClearError();
        return false;
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_MD_CTX_free")]
    internal static partial void Free(nint context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_MD_CTX_new")]
    private static partial SafeEvpSignatureContext New();

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestSignInit")]
    private static partial int SignInit(SafeEvpSignatureContext context, nint keyContext, nint digest, nint engine, SafeEvpKey key);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int VerifyInit(SafeEvpSignatureContext context, nint keyContext, nint digest, nint engine, SafeEvpKey key);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestSign")]
    private static partial int Sign(SafeEvpSignatureContext context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> message, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestVerify")]
    private static partial int Verify(SafeEvpSignatureContext context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> message, nuint length);
}
