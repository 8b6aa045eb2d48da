using Microsoft.Win32.SafeHandles;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>An owned <c>EC_GROUP</c>: a curve.</summary>
internal sealed class SafeEcGroup() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        EllipticCurve.FreeGroup(handle);
        return true;
    }
}
