using System.Net;

namespace Causeway.Network.Stun;

/// <summary>A STUN server did not answer, or refused.</summary>
/// <param name="server">The server.</param>
/// <param name="errorCode">The code of its refusal; 0 if it did not answer.</param>
/// <param name="message">The same as a sentence.</param>
public sealed class StunException(IPEndPoint server, int errorCode, string message) : IOException(message)
{
    /// <summary>The server.</summary>
    public IPEndPoint Server { get; } = server;

    /// <summary>The code of its refusal, 300 to 699 (RFC 8489 §14.8); 0 if it did not answer.</summary>
    public int ErrorCode { get; } = errorCode;
}
