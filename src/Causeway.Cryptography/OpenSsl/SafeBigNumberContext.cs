using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>BN_CTX</c>: scratch numbers for one thread.</summary>
internal sealed class SafeBigNumberContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        BigNumber.FreeContext(handle);
        return true;
    }
}
