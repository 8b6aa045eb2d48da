using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Tests.Hosts;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Many circuits, and what they leave.</summary>
public sealed class CircuitLoadTests
{
    private const int AtOnce = 8;

    [Fact]
    public async Task Circuits_opened_and_closed_in_every_way_leave_nothing()
    {
        await using var net = new RelayNet();
        var (relay, service) = await net.RelayAsync(o => o with { MaxCircuitsPerPeer = 10 * AtOnce });
        var hidden = await net.ReservedAsync(relay);
        var resources = new ResourceManager();
        var dialers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => net.Hosts.StartAsync(
            builder => builder.UseResources(resources).UseOverlay((host, _, _) => new Libp2p.Relay.Client.CircuitTransport(host)), listen: false)));
        foreach (var dialer in dialers) await TestHosts.ConnectAsync(dialer, relay);
        for (var i = 0; i < Soak.Count(10, 10_000 / AtOnce); i++)
        {
            await Task.WhenAll(dialers.Select(async (dialer, number) =>
            {
                var connection = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
                await using (await RelayNet.EchoAsync(connection))
                {
                }

                if ((number + i) % 3 == 0) await connection.CloseAsync(Patience);
                else if ((number + i) % 3 == 1) connection.Abort(new InvalidOperationException("enough"));
                else await hidden.Connections.DisconnectAsync(dialer.Id, Patience);
                await connection.Closed.WaitAsync(Patience);
            }));
        }

        await Eventually.HoldsAsync(() => service.CircuitCount == 0);
        await Eventually.HoldsAsync(() => hidden.Connections.All.Count == 1 && hidden.Connections.All[0].StreamCount == 0);
        await Eventually.HoldsAsync(() => relay.Connections.All.All(static connection => connection.StreamCount == 0));
        await Eventually.HoldsAsync(() => resources.Usage is { Connections: AtOnce, Streams: 0 } && resources.TransientUsage == default);
        Assert.Equal(1, service.ReservationCount);
    }
}
