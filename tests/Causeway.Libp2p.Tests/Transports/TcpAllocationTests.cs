using Causeway.Libp2p.Transports.Tcp;

namespace Causeway.Libp2p.Tests.Transports;

/// <summary>Counts what the whole process allocates, so nothing may run beside it.</summary>
[Collection(AloneCollection.Name)]
public sealed class TcpAllocationTests
{
    [Fact]
    public async Task Waiting_for_data_allocates_nothing_in_steady_state()
    {
        var transport = new TcpTransport();
        await using var listener = await transport.ListenAsync(Some.Address("/ip4/127.0.0.1/tcp/0"), Some.Patience);
        await using var dialer = await transport.DialAsync(listener.Address, Some.Patience);
        await using var accepted = (await listener.AcceptAsync(Some.Patience))!;
        var message = new byte[1000];
        for (var i = 0; i < 200; i++) await RoundTripAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 1000; i++) await RoundTripAsync();
        var perRoundTrip = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1000.0;
        Assert.True(perRoundTrip < 300, $"{perRoundTrip} bytes allocated per round trip, the test's own state machines included.");

        async Task RoundTripAsync()
        {
            var reading = accepted.Input.ReadAsync();
            message.CopyTo(dialer.Output.GetSpan(message.Length));
            dialer.Output.Advance(message.Length);
            await dialer.Output.FlushAsync();
            var result = await reading;
            accepted.Input.AdvanceTo(result.Buffer.End);
        }
    }
}
