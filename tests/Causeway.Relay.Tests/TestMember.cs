using System.Threading.Channels;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Relays;

namespace Causeway.Relay.Tests;

/// <summary>A member with the real client.</summary>
internal sealed class TestMember : IRelayReceiver, IAsyncDisposable
{
    private readonly Channel<(TunnelPeerId Source, byte[] Payload)> _received = Channel.CreateUnbounded<(TunnelPeerId, byte[])>();
    private readonly Channel<(TunnelPeerId Peer, UnreachableReason Reason)> _unreachable = Channel.CreateUnbounded<(TunnelPeerId, UnreachableReason)>();
    private readonly Channel<RelayConnectionStatus> _statuses = Channel.CreateUnbounded<RelayConnectionStatus>();

    public TestMember(RelayUrl url, HybridSigningKey? key = null, RelayConnectionOptions? options = null, TimeProvider? time = null)
    {
        Key = key ?? HybridSigningKey.Generate();
        Id = TunnelPeerId.FromPublicKey(Key.PublicKey.Bytes.Span);
        Connection = new RelayConnection(url, Key, this, options ?? new RelayConnectionOptions { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromSeconds(1) }, null, time);
        Connection.StatusChanged += status => _statuses.Writer.TryWrite(status);
    }

    public HybridSigningKey Key { get; }

    public TunnelPeerId Id { get; }

    public RelayConnection Connection { get; }

    public static async Task<TestMember> ConnectAsync(TestRelay relay, HybridSigningKey? key = null)
    {
        var member = new TestMember(relay.Url, key);
        await member.Connection.ConnectAsync(Test.Patience());
        return member;
    }

    public void Send(TunnelPeerId destination, params byte[] payload)
    {
        Assert.Equal(SendResult.Taken, Connection.TrySend(destination, payload));
        Connection.Flush();
    }

    public ValueTask<(TunnelPeerId Source, byte[] Payload)> ReceiveAsync() => _received.Reader.ReadAsync(Test.Patience());

    public ValueTask<(TunnelPeerId Peer, UnreachableReason Reason)> UnreachableAsync() => _unreachable.Reader.ReadAsync(Test.Patience());

    public async Task<RelayConnectionStatus> WhenAsync(Func<RelayConnectionStatus, bool> condition)
    {
        while (true)
        {
            var status = await _statuses.Reader.ReadAsync(Test.Patience());
            if (condition(status)) return status;
        }
    }

    public void OnPayload(TunnelPeerId source, Memory<byte> payload) => _received.Writer.TryWrite((source, payload.ToArray()));

    public void OnPause()
    {
    }

    public void OnUnreachable(TunnelPeerId destination, UnreachableReason reason) => _unreachable.Writer.TryWrite((destination, reason));

    public async ValueTask DisposeAsync() => await Connection.DisposeAsync();
}
