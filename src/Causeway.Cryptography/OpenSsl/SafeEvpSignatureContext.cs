using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>EVP_MD_CTX</c>, used for signatures.</summary>
internal sealed class SafeEvpSignatureContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EvpSignature.Free(handle);
        return true;
    }
}
