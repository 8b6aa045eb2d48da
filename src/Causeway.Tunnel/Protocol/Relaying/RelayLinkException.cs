using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>What ends a relay link: bytes that the protocol does not allow, a proof that does not hold, or a refusal.</summary>
public sealed class RelayLinkException(RelayRefusalCode code, string message, Exception? innerException = null) : TunnelException(message, innerException!)
{
    /// <summary>The code that fits: what the relay said, or would say.</summary>
    public RelayRefusalCode Code { get; } = code;

    /// <summary>When to come again; zero if nothing was said about it.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Whether coming again with the same key and options cannot help.</summary>
    public bool IsPermanent => Code is RelayRefusalCode.NotAllowed or RelayRefusalCode.Version;
}
