namespace Causeway.Node.Http;

/// <summary>How much of a node's gateway may be used at once. An address is one of IPv4, or a /64 of IPv6.</summary>
public sealed record RequestLimitOptions
{
    /// <summary>Requests that are being answered, of all addresses. Default 256, at least 1.</summary>
    public int MaxRequests { get; init; } = 256;

    /// <summary>Of these, of one address. Default 64, at least 1.</summary>
    public int MaxRequestsPerAddress { get; init; } = 64;

    /// <summary>Requests in a second, of one address, in the long run. Default 250, at least 1.</summary>
    public int RequestsPerSecond { get; init; } = 250;

    /// <summary>Requests that one address may make at once after a pause. Default 1000, at least 1.</summary>
    public int Burst { get; init; } = 1000;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">One is below 1.</exception>
    public void Validate()
    {
        if (Math.Min(Math.Min(MaxRequests, MaxRequestsPerAddress), Math.Min(RequestsPerSecond, Burst)) < 1) throw new ArgumentException("Limits of requests must be 1 or more.");
    }
}
