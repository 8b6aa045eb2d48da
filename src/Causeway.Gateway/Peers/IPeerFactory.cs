using Causeway.Cryptography.Keys;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>Makes the libp2p peers of pages.</summary>
public interface IPeerFactory
{
    /// <summary>Makes and starts a peer. Discovery begins in the background.</summary>
    /// <param name="identity">The peer's identity; it outlives the peer and stays the caller's.</param>
    /// <param name="loggers">Loggers that carry the page's alias.</param>
    /// <param name="cancellationToken">The page has gone.</param>
    ValueTask<PeerNode> CreateAsync(PrivateKey identity, ILoggerFactory loggers, CancellationToken cancellationToken);
}
