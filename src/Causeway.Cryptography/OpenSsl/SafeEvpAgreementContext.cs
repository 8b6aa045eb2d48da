using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>EVP_PKEY_CTX</c>, used for key agreement.</summary>
internal sealed class SafeEvpAgreementContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EvpAgreement.Free(handle);
        return true;
    }
}
