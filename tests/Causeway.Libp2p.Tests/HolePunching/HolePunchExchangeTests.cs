using Causeway.Libp2p.HolePunching;
using Causeway.Libp2p.HolePunching.Wire;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using Google.Protobuf;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.HolePunching;

/// <summary>CONNECT, CONNECT, SYNC; and what is refused.</summary>
public sealed class HolePunchExchangeTests
{
    private static readonly Multiaddress[] Ours = Addresses("/ip4/45.77.0.1/tcp/4001", "/ip6/2600::1/tcp/4001");
    private static readonly Multiaddress[] Theirs = Addresses("/ip4/8.8.8.8/tcp/9092");

    [Fact]
    public async Task Both_sides_learn_where_to_dial_and_the_asking_one_how_far_it_is()
    {
        var time = new ManualTimeProvider();
        var (a, b) = PipeMuxedStream.CreatePair();
        var asking = HolePunchExchange.AskAsync(a, Ours, allowPrivate: false, time, Patience);
        time.Advance(TimeSpan.FromMilliseconds(80));
        var answering = HolePunchExchange.AnswerAsync(b, Theirs, allowPrivate: false, time, Patience);
        var asked = await asking;
        Assert.Equal(Theirs, asked.Addresses);
        Assert.Equal(TimeSpan.FromMilliseconds(80), asked.RoundTrip);
        Assert.Equal(Ours, (await answering).Addresses);
    }

    [Fact]
    public async Task The_wire_form_is_that_of_the_spec()
    {
        var (a, b) = PipeMuxedStream.CreatePair();
        var asking = HolePunchExchange.AskAsync(a, Addresses("/ip4/1.2.3.4/tcp/1"), allowPrivate: false, TimeProvider.System, Patience);
        byte[] expected = [13, 0x08, 100, 0x12, 8, 4, 1, 2, 3, 4, 6, 0, 1];
        expected[0] = (byte)(expected.Length - 1);
        var bytes = new byte[expected.Length];
        await b.ReadExactlyAsync(bytes, Patience);
        Assert.Equal(expected, bytes);
        await DelimitedMessages.WriteAsync(b, Connect(Theirs), Patience);
        await asking;
        var sync = new byte[4];
        await b.ReadExactlyAsync(sync, Patience);
        Assert.Equal([3, 0x08, 0xac, 0x02], sync);
    }

    [Fact]
    public async Task A_side_without_usable_addresses_is_not_punched_to()
    {
        var (a, b) = PipeMuxedStream.CreatePair();
        await DelimitedMessages.WriteAsync(b, Connect(Addresses("/ip4/10.0.0.1/tcp/1", "/ip4/8.8.8.8/udp/1", "/ip4/8.8.8.8/tcp/1/ws", "/ip4/127.0.0.1/tcp/1")), Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => HolePunchExchange.AskAsync(a, Ours, allowPrivate: false, TimeProvider.System, Patience));
        Assert.Equal(Libp2pError.NoAddress, error.Error);
    }

    [Fact]
    public async Task Messages_out_of_order_are_refused()
    {
        var (a, b) = PipeMuxedStream.CreatePair();
        await DelimitedMessages.WriteAsync(a, new HolePunchMessage { Type = HolePunchMessage.Types.Type.Sync }, Patience);
        await RefusedAsync(HolePunchExchange.AnswerAsync(b, Theirs, allowPrivate: false, TimeProvider.System, Patience));
        (a, b) = PipeMuxedStream.CreatePair();
        await DelimitedMessages.WriteAsync(a, Connect(Ours), Patience);
        await DelimitedMessages.WriteAsync(a, Connect(Ours), Patience);
        await RefusedAsync(HolePunchExchange.AnswerAsync(b, Theirs, allowPrivate: false, TimeProvider.System, Patience));
    }

    [Fact]
    public void Only_so_many_addresses_are_taken_and_each_once()
    {
        var many = Enumerable.Range(1, 200).Select(static port => Address($"/ip4/8.8.8.8/tcp/{((port - 1) % 100) + 1}").Bytes);
        var read = HolePunchAddresses.Read(many, allowPrivate: false);
        Assert.Equal(HolePunchAddresses.Max, read.Distinct().Count());
        Assert.Equal(HolePunchAddresses.Max, read.Count);
    }

    [Fact]
    public async Task Whatever_comes_is_an_exchange_or_a_violation()
    {
        var random = new Random(11);
        using var encoded = new MemoryStream();
        Connect(Ours).WriteDelimitedTo(encoded);
        new HolePunchMessage { Type = HolePunchMessage.Types.Type.Sync }.WriteDelimitedTo(encoded);
        for (var i = 0; i < Soak.Count(2_000, 200_000); i++)
        {
            var bytes = encoded.ToArray();
            for (var changes = random.Next(5); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var (a, b) = PipeMuxedStream.CreatePair();
            await a.WriteAsync(bytes.AsMemory(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)), completeWrites: true, Patience);
            try
            {
                var exchange = await HolePunchExchange.AnswerAsync(b, Theirs, allowPrivate: false, TimeProvider.System, Patience);
                Assert.All(exchange.Addresses, static address => Assert.True(address.IsPublic));
            }
            catch (Libp2pException error)
            {
                Assert.True(error.Error is Libp2pError.ProtocolViolation or Libp2pError.NoAddress, error.Message);
            }
        }
    }

    private static async Task RefusedAsync(Task<HolePunchExchange> exchange) =>
        Assert.Equal(Libp2pError.ProtocolViolation, (await Assert.ThrowsAsync<Libp2pException>(() => exchange)).Error);

    private static HolePunchMessage Connect(Multiaddress[] addresses)
    {
        var message = new HolePunchMessage { Type = HolePunchMessage.Types.Type.Connect };
        message.ObsAddrs.AddRange(addresses.Select(static address => ByteString.CopyFrom(address.Bytes.Span)));
        return message;
    }
}
