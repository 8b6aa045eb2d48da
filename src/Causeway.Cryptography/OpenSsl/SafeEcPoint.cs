using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>EC_POINT</c>, overwritten when freed.</summary>
internal sealed class SafeEcPoint() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EllipticCurve.FreePoint(handle);
        return true;
    }
}
