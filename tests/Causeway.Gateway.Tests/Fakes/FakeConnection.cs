using System.Collections.Concurrent;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>One side of a connection between two <see cref="FakeHost"/>s.</summary>
internal sealed class FakeConnection(FakeHost local, FakeHost remote, ConnectionRole role, bool isRelayed = false) : IConnection
{
    private static readonly Multiaddress Relayed = Multiaddress.Parse("/ip4/127.0.0.1/tcp/4002/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB/p2p-circuit");

    public ConcurrentBag<FakeStream> Streams { get; } = [];

    public long Id => 1;

    public ConnectionRole Role => role;

    public PeerId RemotePeer => remote.Id;

    public PublicKey RemoteKey => remote.Identity.PublicKey;

    public Multiaddress LocalAddress => local.Addresses[0];

    public Multiaddress RemoteAddress => isRelayed ? Relayed : remote.Addresses[0];

    public string Security => "/noise";

    public string Muxer => "/yamux/1.0.0";

    public bool IsLimited => isRelayed;

    public DateTimeOffset OpenedAt => DateTimeOffset.UnixEpoch;

    public TimeSpan? RoundTripTime => TimeSpan.FromMilliseconds(1.5);

    public ValueTask<TimeSpan> MeasureRoundTripAsync(CancellationToken cancellationToken = default) => new(TimeSpan.FromMilliseconds(1.5));

    public int StreamCount => 0;

    public Task<Exception?> Closed => new TaskCompletionSource<Exception?>().Task;

    public ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocols, CancellationToken cancellationToken = default)
        => local.OpenStreamAsync(remote.Id, protocols, cancellationToken);

    public ValueTask CloseAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public void Abort(Exception reason)
    {
    }
}
