namespace Causeway.Gateway.Protocol;

/// <summary>The codes of error responses (docs/reference/gateway-protocol.md).</summary>
public enum GatewayErrorCode
{
    /// <summary>Unknown method, bad parameters, or not a request at all.</summary>
    BadRequest = 400,

    /// <summary>No peer on this connection yet.</summary>
    NoPeer = 404,

    /// <summary>The state does not allow it: started twice, not started, identity in use.</summary>
    Conflict = 409,

    /// <summary>Larger than the network takes.</summary>
    TooLarge = 413,

    /// <summary>A bounded queue or table is full.</summary>
    Full = 429,

    /// <summary>The gateway failed.</summary>
    Failed = 500,

    /// <summary>Not available in this version.</summary>
    NotAvailable = 501,

    /// <summary>The room for this peer's files is used up.</summary>
    QuotaExceeded = 507,
}
