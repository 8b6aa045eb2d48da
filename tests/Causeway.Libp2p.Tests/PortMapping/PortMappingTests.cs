using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PortMapping;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.PortMapping;

public sealed class PortMappingTests : IAsyncDisposable
{
    private readonly SimulatedInternet _internet = new();
    private readonly FakeMapper _mapper = new();
    private IHost _host = null!;

    [Fact]
    public async Task Listeners_on_one_private_address_are_mapped_and_announced_until_the_mapping_is_lost()
    {
        await StartAsync("/ip4/192.168.1.10/tcp/4001");
        Assert.Equal([4001], _mapper.Asked);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), _host.Addresses);

        using var events = new EventLog(_host);
        _mapper.Set(4001, "30.0.0.1:14001");
        await events.NextAsync<HostEvent.AddressesChanged>();
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/30.0.0.1/tcp/14001"), _host.Addresses);

        _mapper.Set(4001, "30.0.0.9:14002");
        await events.NextAsync<HostEvent.AddressesChanged>();
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/30.0.0.9/tcp/14002"), _host.Addresses);

        _mapper.Set(4001, null);
        await events.NextAsync<HostEvent.AddressesChanged>();
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), _host.Addresses);
    }

    [Fact]
    public async Task Listeners_that_no_router_could_help_are_not_asked_for()
    {
        await StartAsync("/ip4/127.0.0.1/tcp/4001", "/ip4/30.0.0.7/tcp/4002", "/ip6/::1/tcp/4003");
        Assert.Empty(_mapper.Asked);
    }

    [Theory]
    [InlineData("10.0.0.1:14001")]
    [InlineData("100.64.0.1:14001")]
    [InlineData("192.168.0.1:14001")]
    public async Task Behind_two_nats_nothing_is_announced(string external)
    {
        await StartAsync("/ip4/192.168.1.10/tcp/4001");
        _mapper.Set(4001, external);
        Assert.Empty(_host.Component<PortMappingComponent>()!.Announced);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), _host.Addresses);
    }

    [Fact]
    public async Task A_host_that_stops_takes_its_mappings_back()
    {
        await StartAsync("/ip4/192.168.1.10/tcp/4001");
        _mapper.Set(4001, "30.0.0.1:14001");
        await _host.DisposeAsync();
        Assert.True(_mapper.IsDisposed);
        _mapper.Set(4001, "30.0.0.2:14001");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task StartAsync(params string[] listen)
    {
        _host = new HostBuilder().UseTransport(_internet.Machine("192.168.1.10")).Listen(listen).UsePortMapping(() => _mapper).Build();
        await _host.StartAsync(Patience);
    }

    private sealed class FakeMapper : IPortMapper
    {
        public event Action? Changed;

        public List<int> Asked { get; } = [];

        public bool IsDisposed { get; private set; }

        public IReadOnlyList<MappedPort> Mapped { get; private set; } = [];

        public ValueTask AddAsync(int internalPort, CancellationToken cancellationToken)
        {
            Asked.Add(internalPort);
            return ValueTask.CompletedTask;
        }

        public void Set(int port, string? external)
        {
            Mapped = [new MappedPort(port, external is null ? null : IPEndPoint.Parse(external))];
            Changed?.Invoke();
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
