using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Causeway.Network.PortMappings;
using Causeway.Network.PortMappings.Gateways;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Network.Tests.PortMappings;

public sealed class PortMapperTests : IAsyncDisposable
{
    private static readonly IPEndPoint External = IPEndPoint.Parse("45.77.0.7:9092");

    private readonly ObservedTime _time = new();
    private readonly FakeFinder _finder = new();
    private readonly FakeGateway _pcp = new(PortMappingProtocol.Pcp), _natPmp = new(PortMappingProtocol.NatPmp), _upnp = new(PortMappingProtocol.Upnp);
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();
    private readonly DateTimeOffset _start;
    private readonly PortMapper _mapper;

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));

    // A wait of the mapper that the clock has not yet gone through.
    private TimeSpan? _wait;

    public PortMapperTests()
    {
        _start = _time.GetUtcNow();
        _mapper = new PortMapper(new PortMapperOptions { MaxMappings = 3, RetryInterval = TimeSpan.FromSeconds(10), MaxRetryInterval = TimeSpan.FromSeconds(30), Lifetime = TimeSpan.FromMinutes(20) }, _finder, _ => [_pcp, _natPmp, _upnp], _time, NullLoggerFactory.Instance);
        _mapper.Changed += () => _changes.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        await _mapper.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task The_best_protocol_that_the_router_speaks_is_used()
    {
        _pcp.Problem = "not spoken";
        var mapping = await _mapper.AddAsync(ProtocolType.Tcp, 9092);

        Assert.Equal((External, PortMappingProtocol.NatPmp, TimeSpan.FromMinutes(20), null), (mapping.ExternalEndPoint, mapping.Via, mapping.Lifetime, mapping.Problem));
        Assert.Equal(mapping, Assert.Single(_mapper.Mappings));
        Assert.Equal(["map Tcp 9092"], _natPmp.Calls);
        Assert.Empty(_upnp.Calls);
        await _changes.Reader.ReadAsync(_patience.Token);
    }

    [Fact]
    public async Task Where_one_protocol_refuses_the_next_is_asked()
    {
        _pcp.Refusal = _natPmp.Refusal = "not allowed";
        Assert.Equal(PortMappingProtocol.Upnp, (await _mapper.AddAsync(ProtocolType.Tcp, 9092)).Via);

        _upnp.Refusal = "neither";
        var refused = await _mapper.AddAsync(ProtocolType.Udp, 9092);
        Assert.Null(refused.ExternalEndPoint);
        Assert.Contains("not allowed", refused.Problem);
    }

    [Fact]
    public async Task A_mapping_is_renewed_at_half_its_lifetime_with_the_port_that_was_granted()
    {
        _pcp.Answers = r => new GatewayMapping(new IPEndPoint(External.Address, 5555), TimeSpan.FromMinutes(20));
        Assert.Equal(5555, (await _mapper.AddAsync(ProtocolType.Tcp, 9092)).ExternalEndPoint!.Port);
        var nonce = _pcp.LastRequest!.Nonce;
        await UntilAsync(() => _pcp.Calls.Count == 2);

        // Checks come each minute, the renewal after ten.
        Assert.InRange(_time.GetUtcNow() - _start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(13));
        Assert.InRange(_pcp.Checks, 6, 12);
        Assert.Equal(5555, _pcp.LastRequest!.ExternalPort);
        Assert.Equal(nonce.ToArray(), _pcp.LastRequest.Nonce.ToArray());
    }

    [Fact]
    public async Task A_router_that_has_restarted_gets_its_mappings_again()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 9092);
        await _mapper.AddAsync(ProtocolType.Udp, 9092);
        _pcp.HasForgotten = true;
        await UntilAsync(() => _pcp.Calls.Count == 4);

        Assert.Equal(["map Tcp 9092", "map Udp 9092", "map Tcp 9092", "map Udp 9092"], _pcp.Calls);
        Assert.InRange(_time.GetUtcNow() - _start, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task A_router_with_another_address_gives_another_external_address()
    {
        _pcp.Problem = "not spoken";
        _natPmp.ExternalAddress = External.Address;
        await _mapper.AddAsync(ProtocolType.Tcp, 9092);
        _natPmp.ExternalAddress = IPAddress.Parse("45.77.0.8");
        await UntilAsync(() => _mapper.Mappings[0].ExternalEndPoint is { } e && e.Address.Equals(IPAddress.Parse("45.77.0.8")));

        Assert.InRange(_time.GetUtcNow() - _start, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task A_router_that_is_gone_is_looked_for_again_and_the_mappings_are_made_again()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 9092);
        _pcp.Problem = _natPmp.Problem = _upnp.Problem = "silent";
        await UntilAsync(() => _mapper.Mappings[0].Problem is not null);
        Assert.Null(_mapper.Mappings[0].ExternalEndPoint);

        _upnp.Problem = null;
        await UntilAsync(() => _mapper.Mappings[0].Via == PortMappingProtocol.Upnp);
        Assert.Null(_mapper.Mappings[0].Problem);
    }

    [Fact]
    public async Task Another_router_is_asked_at_once()
    {
        var first = await _mapper.AddAsync(ProtocolType.Tcp, 9092);
        Assert.NotNull(first.ExternalEndPoint);
        _pcp.Answers = _ => new GatewayMapping(IPEndPoint.Parse("45.77.0.9:1"), TimeSpan.FromMinutes(20));
        _finder.Set(_finder.Gateway! with { Address = IPAddress.Parse("192.168.7.1") });
        while (_mapper.Mappings[0].ExternalEndPoint is not { Port: 1 }) await _changes.Reader.ReadAsync(_patience.Token);

        _finder.Set(null);
        while (_mapper.Mappings[0].Problem is null) await _changes.Reader.ReadAsync(_patience.Token);
        Assert.Contains("no router", _mapper.Mappings[0].Problem);
        _finder.Set(new FakeFinder().Gateway);
        while (_mapper.Mappings[0].ExternalEndPoint is null) await _changes.Reader.ReadAsync(_patience.Token);
    }

    [Fact]
    public async Task A_change_of_the_network_leads_to_a_check_soon()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 9092);
        Assert.Equal(TimeSpan.FromMinutes(1), await _time.Waits.ReadAsync(_patience.Token));
        _finder.Tell();
        TimeSpan wait;
        do wait = await _time.Waits.ReadAsync(_patience.Token);
        while (wait > TimeSpan.FromSeconds(1));
        _pcp.HasForgotten = true;
        _time.Advance(wait);
        while (_pcp.Calls.Count < 2) await _time.Waits.ReadAsync(_patience.Token);
    }

    [Fact]
    public async Task Behind_two_NATs_there_is_no_external_address_and_it_is_said_why()
    {
        _pcp.Answers = _ => new GatewayMapping(IPEndPoint.Parse("100.64.3.4:9092"), TimeSpan.FromMinutes(20));
        var mapping = await _mapper.AddAsync(ProtocolType.Tcp, 9092);

        Assert.Null(mapping.ExternalEndPoint);
        Assert.True(mapping.IsDoubleNat);
        Assert.Contains("100.64.3.4", mapping.Problem);
    }

    [Fact]
    public void Failures_are_repeated_with_growing_pauses()
    {
        var options = new PortMapperOptions { RetryInterval = TimeSpan.FromSeconds(10), MaxRetryInterval = TimeSpan.FromSeconds(30) };
        var port = new MappedPort(ProtocolType.Tcp, 1, TimeSpan.FromMinutes(20));

        Assert.Equal([110, 120, 130, 130], Failures(4));
        port.Grant(_pcp, new GatewayMapping(External, TimeSpan.FromMinutes(20)), TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromSeconds(700), port.Due);
        Assert.Equal([110, 120], Failures(2));
        Assert.InRange(Failures(100)[^1], 130, 130);

        int[] Failures(int count) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            port.Fail("no", TimeSpan.FromSeconds(100), options);
            return (int)port.Due.TotalSeconds;
        })];
    }

    [Fact]
    public async Task A_refusal_is_followed_by_another_attempt()
    {
        _pcp.Refusal = _natPmp.Refusal = _upnp.Refusal = "no";
        Assert.NotNull((await _mapper.AddAsync(ProtocolType.Tcp, 9092)).Problem);
        _upnp.Refusal = null;
        await UntilAsync(() => _mapper.Mappings[0].ExternalEndPoint is not null);

        Assert.Equal(PortMappingProtocol.Upnp, _mapper.Mappings[0].Via);
    }

    [Fact]
    public async Task Without_a_router_that_answers_the_user_learns_what_to_do()
    {
        _pcp.Problem = _natPmp.Problem = _upnp.Problem = "silent";

        Assert.Contains("Switch on PCP", (await _mapper.AddAsync(ProtocolType.Tcp, 9092)).Problem);
        Assert.Contains("asked again later", (await _mapper.AddAsync(ProtocolType.Udp, 9092)).Problem);
    }

    [Fact]
    public async Task A_port_that_is_removed_is_deleted_and_so_are_all_at_the_end()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        await _mapper.AddAsync(ProtocolType.Udp, 2);
        await _mapper.RemoveAsync(ProtocolType.Tcp, 1);
        Assert.Equal(["map Tcp 1", "map Udp 2", "unmap Tcp 1"], _pcp.Calls);
        Assert.Equal(2, Assert.Single(_mapper.Mappings).InternalPort);
        await _mapper.RemoveAsync(ProtocolType.Tcp, 1);

        await _mapper.DisposeAsync();
        Assert.Equal(["map Tcp 1", "map Udp 2", "unmap Tcp 1", "unmap Udp 2"], _pcp.Calls);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _mapper.AddAsync(ProtocolType.Tcp, 1));
        await _mapper.RemoveAsync(ProtocolType.Tcp, 1);
    }

    [Fact]
    public async Task A_router_that_does_not_answer_the_goodbye_delays_the_end_only_briefly()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        _pcp.Hangs = true;
        var ending = _mapper.DisposeAsync().AsTask();
        await _time.RunAsync(ending, TimeSpan.FromMilliseconds(100));

        Assert.Contains("ended", Assert.Single(_mapper.Mappings).Problem);
    }

    [Fact]
    public async Task A_port_that_is_removed_while_the_router_goes_does_no_harm()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        await _mapper.AddAsync(ProtocolType.Tcp, 2);
        var entered = _pcp.Hold();
        while (!entered.IsCompleted)
        {
            var wait = _time.Waits.ReadAsync(_patience.Token).AsTask();
            if (await Task.WhenAny(wait, entered) == wait) _time.Advance(await wait);
        }

        var removing = _mapper.RemoveAsync(ProtocolType.Tcp, 1);
        _pcp.Problem = "gone";
        _pcp.Release();
        await removing;
        while (_mapper.Mappings[0].Via != PortMappingProtocol.NatPmp) await _changes.Reader.ReadAsync(_patience.Token);
        Assert.Equal(["map Tcp 1", "map Tcp 2"], _pcp.Calls);
    }

    [Fact]
    public async Task A_port_is_added_once_and_only_so_many_are()
    {
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        await _mapper.AddAsync(ProtocolType.Tcp, 2);
        await _mapper.AddAsync(ProtocolType.Tcp, 3);

        Assert.Equal(3, _pcp.Calls.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _mapper.AddAsync(ProtocolType.Tcp, 4));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _mapper.AddAsync(ProtocolType.Icmp, 4));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _mapper.AddAsync(ProtocolType.Tcp, 0));
    }

    [Fact]
    public async Task Nothing_is_asked_while_there_is_nothing_to_map()
    {
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _pcp.Checks);
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        Assert.Equal(1, _pcp.Checks);
    }

    [Fact]
    public async Task A_listener_that_fails_does_no_harm()
    {
        _mapper.Changed += () => throw new InvalidOperationException("listener");
        await _mapper.AddAsync(ProtocolType.Tcp, 1);
        await _mapper.AddAsync(ProtocolType.Tcp, 2);

        Assert.All(_mapper.Mappings, m => Assert.NotNull(m.ExternalEndPoint));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in new PortMapperOptions[]
        {
            new() { Lifetime = TimeSpan.FromSeconds(1) }, new() { CheckInterval = TimeSpan.Zero }, new() { RetryInterval = TimeSpan.Zero }, new() { MaxRetryInterval = TimeSpan.FromSeconds(1) },
            new() { GoodbyeTimeout = TimeSpan.FromHours(1) }, new() { MaxMappings = 0 }, new() { Protocols = [] }, new() { Description = "<x>" }, new() { Router = IPAddress.IPv6Loopback },
        })
        {
            Assert.Throws<ArgumentException>(() => new PortMapper(options));
        }
    }

    [Theory]
    [InlineData("45.77.0.1", true, false)]
    [InlineData("192.168.1.1", false, true)]
    [InlineData("172.31.255.255", false, true)]
    [InlineData("172.32.0.0", true, false)]
    [InlineData("169.254.1.1", false, true)]
    [InlineData("100.64.0.1", false, false)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("203.0.113.1", false, false)]
    [InlineData("240.0.0.1", false, false)]
    [InlineData("2a0e::1", false, false)]
    public void Addresses_are_sorted(string address, bool isPublic, bool isPrivate) =>
        Assert.Equal((isPublic, isPrivate), (PublicAddresses.IsPublic(IPAddress.Parse(address)), PublicAddresses.IsPrivate(IPAddress.Parse(address))));

    /// <summary>Moves the clock from one of the mapper's waits to the next, until something holds.</summary>
    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            var wait = _wait ?? await _time.Waits.ReadAsync(_patience.Token);
            _wait = wait;
            if (holds()) return;
            _wait = null;
            _time.Advance(wait);
        }
    }

    private sealed class FakeFinder : IGatewayFinder
    {
        public event Action? Changed;

        public Gateway? Gateway { get; private set; } = new(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.2"), IPNetwork.Parse("192.168.1.0/24"));

        public Gateway? Find() => Gateway;

        public void Set(Gateway? gateway)
        {
            Gateway = gateway;
            Tell();
        }

        public void Tell() => Changed?.Invoke();

        public void Dispose()
        {
        }
    }

    private sealed class FakeGateway(PortMappingProtocol protocol) : IGatewayClient
    {
        private readonly Lock _lock = new();
        private readonly List<string> _calls = [];
        private (TaskCompletionSource Entered, TaskCompletionSource Go)? _held;
        private bool _isDisposed;

        public PortMappingProtocol Protocol => protocol;

        public string? Problem { get; set; }

        public string? Refusal { get; set; }

        public bool Hangs { get; set; }

        public bool HasForgotten { get; set; }

        public IPAddress? ExternalAddress { get; set; }

        public Func<GatewayRequest, GatewayMapping>? Answers { get; set; }

        public int Checks { get; private set; }

        public GatewayRequest? LastRequest { get; private set; }

        public IReadOnlyList<string> Calls
        {
            get
            {
                lock (_lock) return [.. _calls];
            }
        }

        /// <summary>Has the next check wait; the task ends when it does.</summary>
        public Task Hold()
        {
            var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock) _held = (entered, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return entered.Task;
        }

        public void Release()
        {
            lock (_lock) _held!.Value.Go.SetResult();
        }

        public async Task<GatewayStatus> CheckAsync(IReadOnlyCollection<GatewayRequest> mappings, CancellationToken cancellationToken)
        {
            (TaskCompletionSource Entered, TaskCompletionSource Go)? held;
            lock (_lock) held = _held;
            held?.Entered.TrySetResult();
            if (held is not null) await held.Value.Go.Task.WaitAsync(cancellationToken);
            if (Problem is not null) throw new GatewayException(Problem);
            _isDisposed = false;
            Checks++;
            var status = new GatewayStatus(ExternalAddress, HasForgotten && mappings.Count > 0);
            if (mappings.Count > 0) HasForgotten = false;
            return status;
        }

        public Task<GatewayMapping> MapAsync(GatewayRequest request, CancellationToken cancellationToken)
        {
            LastRequest = request;
            if (Refusal is not null) throw new GatewayException(Refusal);
            lock (_lock) _calls.Add($"map {request.Protocol} {request.InternalPort}");
            return Task.FromResult(Answers?.Invoke(request) ?? new GatewayMapping(new IPEndPoint(ExternalAddress ?? External.Address, request.ExternalPort), request.Lifetime));
        }

        public async Task UnmapAsync(GatewayRequest request, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (Hangs) await Task.Delay(Timeout.Infinite, cancellationToken);
            lock (_lock) _calls.Add($"unmap {request.Protocol} {request.InternalPort}");
        }

        public void Dispose() => _isDisposed = true;
    }
}
