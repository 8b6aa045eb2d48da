using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>EVP_CIPHER_CTX</c>. Freeing it zeroes the key inside.</summary>
internal sealed class SafeEvpCipherContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EvpCipher.Free(handle);
        return true;
    }
}
