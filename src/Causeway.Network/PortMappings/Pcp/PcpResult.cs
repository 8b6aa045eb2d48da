namespace Causeway.Network.PortMappings.Pcp;

/// <summary>Result codes (RFC 6887 §7.4).</summary>
internal enum PcpResult
{
    Success = 0,
    UnsupportedVersion = 1,
    NotAuthorized = 2,
    MalformedRequest = 3,
    UnsupportedOpcode = 4,
    NetworkFailure = 7,
    NoResources = 8,
    UnsupportedProtocol = 9,
    QuotaExceeded = 10,
    CannotProvideExternal = 11,
    AddressMismatch = 12,
}
