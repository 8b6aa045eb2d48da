namespace Causeway.Network.PortMappings.NatPmp;

/// <summary>Result codes (RFC 6886 §3.5).</summary>
internal enum NatPmpResult
{
    Success = 0,
    UnsupportedVersion = 1,
    NotAuthorized = 2,
    NetworkFailure = 3,
    OutOfResources = 4,
    UnsupportedOpcode = 5,
}
