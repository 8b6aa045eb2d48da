using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Connections;

/// <summary>A connection that is only looked at.</summary>
internal sealed class FakeConnection(PeerId peer, DateTimeOffset openedAt, ConnectionRole role = ConnectionRole.Responder) : IConnection
{
    private static long _lastId;
    private readonly TaskCompletionSource<Exception?> _closed = new();

    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public ConnectionRole Role => role;

    public PeerId RemotePeer => peer;

    public PublicKey RemoteKey => throw new NotSupportedException();

    public Multiaddress LocalAddress { get; } = Multiaddress.Parse("/memory/1");

    public Multiaddress RemoteAddress { get; } = Multiaddress.Parse("/memory/2");

    public string Security => "/noise";

    public string Muxer => "/yamux/1.0.0";

    public bool IsLimited { get; init; }

    public DateTimeOffset OpenedAt => openedAt;

    public TimeSpan? RoundTripTime => null;

    public ValueTask<TimeSpan> MeasureRoundTripAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public int StreamCount { get; init; }

    public Task<Exception?> Closed => _closed.Task;

    public ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocols, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        _closed.TrySetResult(null);
        return ValueTask.CompletedTask;
    }

    public void Abort(Exception reason) => _closed.TrySetResult(reason);
}
