using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports;

/// <summary>A bound address that yields inbound connections.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>The bound address, with the port that was assigned. May be a wildcard address (<c>/ip4/0.0.0.0/…</c>).</summary>
    Multiaddress Address { get; }

    /// <summary>The next inbound connection, or null after the listener was disposed.</summary>
    ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken);
}
