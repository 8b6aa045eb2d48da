using System.Net;

namespace Causeway.Network.Stun.Discovery;

/// <summary>A UDP socket with a <see cref="StunClient"/> on it.</summary>
internal interface IStunSocket : IAsyncDisposable
{
    StunClient Client { get; }

    /// <summary>The address and port that datagrams to <paramref name="destination"/> leave with.</summary>
    IPEndPoint LocalEndPoint(IPEndPoint destination);

    /// <summary>Calls <paramref name="received"/> for each STUN request that arrives from now on.</summary>
    void OnRequest(Action<StunMessage> received);

    ValueTask SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint to, CancellationToken cancellationToken);
}
