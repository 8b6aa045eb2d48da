using System.Net;
using System.Net.Sockets;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class DialerTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly FakeTransport _transport = new();
    private readonly ResourceManager _resources = new();
    private readonly PrivateKey _key = PrivateKey.Generate();
    private readonly PeerId _peer = NewPeer();
    private readonly NoiseSecurity _noise;
    private readonly Dialer _dialer;

    public DialerTests()
    {
        _noise = new NoiseSecurity(_key);
        _dialer = Create(new DialOptions());
    }

    public void Dispose()
    {
        _dialer.Dispose();
        _noise.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Without_addresses_there_is_nothing_to_dial() =>
        Assert.Equal(Libp2pError.NoAddress, (await FailsAsync()).Error);

    [Fact]
    public async Task Addresses_that_no_transport_knows_are_named()
    {
        var error = await FailsAsync("/ip4/1.1.1.1/udp/1/quic-v1");
        Assert.Equal(Libp2pError.NoAddress, error.Error);
        Assert.Contains("/quic-v1", error.Message);
    }

    [Fact]
    public async Task A_failed_peer_is_left_alone_for_a_growing_while()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        Assert.Equal(Libp2pError.Unreachable, (await FailsAsync("/ip4/1.1.1.1/tcp/1")).Error);
        Assert.Equal(Libp2pError.Backoff, (await FailsAsync("/ip4/1.1.1.1/tcp/1")).Error);
        Assert.Equal(1, _transport.Dials);
        _time.Advance(Second);
        Assert.Equal(Libp2pError.Unreachable, (await FailsAsync("/ip4/1.1.1.1/tcp/1")).Error);
        _time.Advance(Second);
        Assert.Equal(Libp2pError.Backoff, (await FailsAsync("/ip4/1.1.1.1/tcp/1")).Error);
        _time.Advance(Second);
        Assert.Equal(Libp2pError.Unreachable, (await FailsAsync("/ip4/1.1.1.1/tcp/1")).Error);
        Assert.Equal(3, _transport.Dials);
    }

    [Fact]
    public async Task A_new_address_is_tried_despite_the_back_off_and_without_the_failed_ones()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        await FailsAsync("/ip4/1.1.1.1/tcp/1");
        Assert.Equal(Libp2pError.Unreachable, (await FailsAsync("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2")).Error);
        Assert.Equal(["/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"], _transport.Dialed);
    }

    [Fact]
    public async Task An_address_that_the_user_names_is_dialed_whatever_happened_before()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        await FailsAsync("/ip4/1.1.1.1/tcp/1");
        var error = await Assert.ThrowsAsync<Libp2pException>(() => _dialer.DialAsync(_peer, Address("/ip4/1.1.1.1/tcp/1"), Patience));
        Assert.Equal(Libp2pError.Unreachable, error.Error);
        Assert.Equal(2, _transport.Dials);
    }

    [Fact]
    public async Task A_peer_that_shows_itself_is_dialed_again_at_once()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        await FailsAsync("/ip4/1.1.1.1/tcp/1");
        _dialer.Reachable(_peer);
        Assert.Equal(Libp2pError.Backoff, (await FailsAsync("/ip4/1.1.1.1/tcp/1")).Error);
        Assert.Equal(Libp2pError.Unreachable, (await FailsAsync("/ip4/2.2.2.2/tcp/1")).Error);
    }

    [Fact]
    public async Task A_dial_that_never_ends_is_given_up_after_the_timeout()
    {
        _transport.Respond = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        var dial = _dialer.DialAsync(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), directly: false, Patience);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Libp2pError.TimedOut, (await Assert.ThrowsAsync<Libp2pException>(() => dial)).Error);
        Assert.Equal(default, _resources.Usage);
    }

    [Fact]
    public async Task A_peer_whose_addresses_are_silent_is_left_alone_for_a_while()
    {
        _transport.Respond = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };
        var dial = _dialer.DialAsync(_peer, Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/1"), directly: false, Patience);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Libp2pError.TimedOut, (await Assert.ThrowsAsync<Libp2pException>(() => dial)).Error);
        var dials = _transport.Dials;
        Assert.Equal(Libp2pError.Backoff, (await FailsAsync("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/1")).Error);
        Assert.Equal(dials, _transport.Dials);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_in_time_does_not_keep_other_addresses_from_being_dialed()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        var dial = _dialer.DialAsync(_peer, Addresses("/dns4/slow.example/tcp/1", "/ip4/1.1.1.1/tcp/1"), directly: false, Patience);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Libp2pError.Unreachable, (await Assert.ThrowsAsync<Libp2pException>(() => dial)).Error);
        Assert.Equal(["/ip4/1.1.1.1/tcp/1"], _transport.Dialed);
    }

    [Fact]
    public async Task An_address_without_parts_does_not_spoil_the_others()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        var error = await Assert.ThrowsAsync<Libp2pException>(() => _dialer.DialAsync(_peer, [Multiaddress.Empty, Address("/ip4/1.1.1.1/tcp/1")], directly: false, Patience));
        Assert.Equal(Libp2pError.Unreachable, error.Error);
    }

    [Fact]
    public async Task No_more_attempts_run_in_all_than_allowed()
    {
        using var dialer = Create(new DialOptions { MaxParallel = 2 });
        var running = 0;
        var release = new TaskCompletionSource();
        var two = new TaskCompletionSource();
        _transport.Respond = async (_, token) =>
        {
            if (Interlocked.Increment(ref running) == 2) two.SetResult();
            await release.Task.WaitAsync(token);
            throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        };
        var dials = Enumerable.Range(1, 5).Select(i => dialer.DialAsync(NewPeer(), Addresses($"/ip4/1.1.1.1/tcp/{i}"), directly: false, Patience)).ToArray();
        await two.Task.WaitAsync(Patience);
        Assert.Equal(2, running);
        Assert.Equal(2, _resources.Usage.OutboundConnections);
        release.SetResult();
        foreach (var dial in dials) await Assert.ThrowsAsync<Libp2pException>(() => dial);
        Assert.Equal(5, running);
        Assert.Equal(default, _resources.Usage);
    }

    [Fact]
    public async Task A_limit_of_ours_is_no_reason_to_back_off()
    {
        using var dialer = Create(new DialOptions(), new ResourceManager(new ResourceOptions { Transient = new ScopeLimits { OutboundConnections = 0 } }));
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<Libp2pException>(() => dialer.DialAsync(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), directly: false, Patience));
            Assert.Equal(Libp2pError.ResourceLimit, error.Error);
        }
    }

    [Fact]
    public async Task Names_are_resolved_by_family()
    {
        _transport.Respond = (_, _) => throw new Libp2pException(Libp2pError.Unreachable, "nobody there");
        await FailsAsync("/dns4/example.org/tcp/1", "/dns6/example.org/tcp/2", "/dns/example.org/tcp/3", "/dns/unknown.example/tcp/4");
        Assert.Equal(
            ["/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.1/tcp/3", "/ip6/2001:db8::1/tcp/2", "/ip6/2001:db8::1/tcp/3"], _transport.Dialed.Order());
    }

    private Dialer Create(DialOptions options, ResourceManager? resources = null) => new(
        PeerId.FromPublicKey(_key.PublicKey), [_transport], new ConnectionUpgrader([_noise], [new YamuxProtocol()], null, _time), resources ?? _resources, new FakeResolver(),
        options, _time, NullLogger.Instance, () => 0.5);

    private async Task<Libp2pException> FailsAsync(params string[] addresses) =>
        await Assert.ThrowsAsync<Libp2pException>(() => _dialer.DialAsync(_peer, Addresses(addresses), directly: false, Patience));

    private sealed class FakeResolver : INameResolver
    {
        public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken)
        {
            if (name == "slow.example") await Task.Delay(Timeout.Infinite, cancellationToken);
            return name == "example.org" ? [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")] : [];
        }
    }

    private sealed class FakeTransport : ITransport
    {
        private readonly Lock _lock = new();
        private readonly List<string> _dialed = [];

        public Func<Multiaddress, CancellationToken, Task<TransportConnection>> Respond { get; set; } = (_, _) => throw new NotSupportedException();

        public int Dials => Dialed.Count;

        public IReadOnlyList<string> Dialed
        {
            get
            {
                lock (_lock) return [.. _dialed];
            }
        }

        public bool CanDial(Multiaddress address) => address.Components[0].Protocol is "ip4" or "ip6" && address.Has("tcp");

        public bool CanListen(Multiaddress address) => false;

        public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken)
        {
            lock (_lock) _dialed.Add(address.ToString());
            return await Respond(address, cancellationToken);
        }

        public ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
