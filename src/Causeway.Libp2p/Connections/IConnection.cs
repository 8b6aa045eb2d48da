using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>A secured, multiplexed connection to one peer.</summary>
public interface IConnection
{
    /// <summary>A process-wide unique number, for logs.</summary>
    long Id { get; }

    /// <summary>Which side we are.</summary>
    ConnectionRole Role { get; }

    /// <summary>The other end, proven by the security handshake.</summary>
    PeerId RemotePeer { get; }

    /// <summary>Its public key.</summary>
    PublicKey RemoteKey { get; }

    /// <summary>Our end's address.</summary>
    Multiaddress LocalAddress { get; }

    /// <summary>The other end's address (without <c>/p2p</c>).</summary>
    Multiaddress RemoteAddress { get; }

    /// <summary>Our address as the other end sees it, once Identify has told; null before.</summary>
    Multiaddress? ObservedAddress => null;

    /// <summary>Security protocol ID.</summary>
    string Security { get; }

    /// <summary>Muxer protocol ID.</summary>
    string Muxer { get; }

    /// <summary>Whether a relay limits it.</summary>
    bool IsLimited { get; }

    /// <summary>Whether it goes through a relay.</summary>
    bool IsRelayed => RemoteAddress.IsRelayed;

    /// <summary>When it was established.</summary>
    DateTimeOffset OpenedAt { get; }

    /// <summary>Smoothed round-trip time, where known.</summary>
    TimeSpan? RoundTripTime { get; }

    /// <summary>Measures the round-trip time now; <see cref="RoundTripTime"/> takes it in.</summary>
    /// <exception cref="Causeway.Libp2p.Libp2pException">The connection has ended.</exception>
    ValueTask<TimeSpan> MeasureRoundTripAsync(CancellationToken cancellationToken = default);

    /// <summary>Streams open now.</summary>
    int StreamCount { get; }

    /// <summary>Completes (never faults) when the connection has ended; null for a graceful end.</summary>
    Task<Exception?> Closed { get; }

    /// <summary>Opens a stream that speaks the first of <paramref name="protocols"/> that the other end supports.</summary>
    /// <remarks>With a single protocol the negotiation is optimistic: no round trip is spent before the first write. A refusal surfaces on the first read.</remarks>
    ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocols, CancellationToken cancellationToken = default);

    /// <summary>Closes gracefully.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends it at once.</summary>
    void Abort(Exception reason);
}
