using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Client;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Bench.Peers;

/// <summary>
/// Asks a relay for reservations and circuits, as many as it gives: both ends are in this process and speak hop and stop only, without Noise and Yamux
/// inside, so that the relay is what is measured.
/// </summary>
internal static class CircuitLoad
{
    private const int AtOnce = 16;

    private static readonly string[] Hop = [CircuitRelay.ProtocolId];

    public static async Task<int> RunAsync(string what, string relayAddress, int count)
    {
        var relay = Multiaddress.Parse(relayAddress);
        await using var target = await BenchHost.StartAsync(listen: null);
        await using var dialer = await BenchHost.StartAsync(listen: null);
        target.Handle(CircuitTransport.ProtocolId, AcceptAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = int.MaxValue });
        var toTarget = await target.ConnectAsync(relay);
        var connection = await dialer.ConnectAsync(relay);
        await Reservation.RequestAsync(toTarget, target.Id, CancellationToken.None);
        if (what == "idle")
        {
            var open = new ConcurrentBag<Libp2pStream>();
            await ManyAsync(async () => open.Add(await OpenAsync(connection, target.Id)), count);
            Console.WriteLine("{}");
            await Console.In.ReadLineAsync();
            foreach (var stream in open) stream.Abort();
            return 0;
        }

        Func<Task> one = what switch
        {
            "circuits" => async () => await (await OpenAsync(connection, target.Id)).DisposeAsync(),
            "reservations" => () => Reservation.RequestAsync(connection, dialer.Id, CancellationToken.None),
            _ => throw new ArgumentException($"No load is called {what}."),
        };
        await ManyAsync(one, count / 4);
        var watch = Stopwatch.StartNew();
        await ManyAsync(one, count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{watch.Elapsed.TotalSeconds}}}"""));
        return 0;
    }

    private static async Task ManyAsync(Func<Task> one, int count)
    {
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0) await one();
        }));
    }

    private static async Task<Libp2pStream> OpenAsync(IConnection relay, PeerId target)
    {
        var stream = await relay.OpenStreamAsync(Hop);
        await DelimitedMessages.WriteAsync(stream, new HopMessage { Type = HopMessage.Types.Type.Connect, Peer = RelayMessages.Peer(target) }, CancellationToken.None);
        var answer = await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, CancellationToken.None);
        return answer.Status == RelayStatus.Ok ? stream : throw new InvalidOperationException($"The relay answered {answer.Status}.");
    }

    private static async Task AcceptAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        await DelimitedMessages.ReadAsync(stream, StopMessage.Parser, cancellationToken);
        await DelimitedMessages.WriteAsync(stream, RelayMessages.StopStatus(RelayStatus.Ok), cancellationToken);
        await stream.CopyToAsync(Stream.Null, cancellationToken);
    }
}
