using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports;

/// <summary>A way to make raw byte connections. Everything above it (security, muxing, streams) is the same for all transports.</summary>
public interface ITransport
{
    /// <summary>Whether this transport can dial <paramref name="address"/> (a <c>/p2p</c> suffix is allowed and ignored).</summary>
    bool CanDial(Multiaddress address);

    /// <summary>Whether this transport can listen on <paramref name="address"/>.</summary>
    bool CanListen(Multiaddress address);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="Libp2pException">It could not be opened; the code says why.</exception>
    ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken);

    /// <summary>Starts to listen. Port 0 is replaced by the one assigned.</summary>
    ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken);
}
