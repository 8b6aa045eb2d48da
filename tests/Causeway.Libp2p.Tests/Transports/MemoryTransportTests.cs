using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports;

public sealed class MemoryTransportTests : TransportConformance
{
    private readonly MemoryNetwork _network = new();

    protected override Multiaddress ListenAddress => Multiaddress.Parse("/memory/0");

    protected override Multiaddress NobodyListens => Multiaddress.Parse("/memory/nobody");

    protected override ITransport Create() => new MemoryTransport(_network);

    [Fact]
    public async Task Networks_do_not_see_each_other()
    {
        await using var listener = await Create().ListenAsync(Multiaddress.Parse("/memory/here"), Patience);
        var elsewhere = new MemoryTransport(new MemoryNetwork());
        await Assert.ThrowsAsync<Libp2pException>(() => elsewhere.DialAsync(listener.Address, Patience).AsTask());
        await using var connection = await Create().DialAsync(listener.Address, Patience);
    }

    [Fact]
    public async Task A_listener_that_does_not_accept_refuses_once_its_backlog_is_full()
    {
        await using var listener = await Create().ListenAsync(ListenAddress, Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            for (var i = 0; i < 10_000; i++) await Create().DialAsync(listener.Address, Patience);
        });
        Assert.Equal(Libp2pError.Unreachable, error.Error);
    }

    [Fact]
    public async Task A_disposed_listener_leaves_nothing_in_the_registry()
    {
        var listener = await Create().ListenAsync(ListenAddress, Patience);
        Assert.Equal(1, _network.ListenerCount);
        await listener.DisposeAsync();
        Assert.Equal(0, _network.ListenerCount);
    }
}
