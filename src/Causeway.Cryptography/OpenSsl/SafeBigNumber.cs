using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>BIGNUM</c>, overwritten when freed.</summary>
internal sealed class SafeBigNumber() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        BigNumber.Free(handle);
        return true;
    }
}
