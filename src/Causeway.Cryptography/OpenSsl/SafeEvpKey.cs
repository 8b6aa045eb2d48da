using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>EVP_PKEY</c>; freeing it overwrites its private half.</summary>
internal sealed class SafeEvpKey() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EvpKey.Free(handle);
        return true;
    }
}
