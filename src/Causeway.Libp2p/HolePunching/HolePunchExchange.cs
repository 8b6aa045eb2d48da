using Causeway.Libp2p.HolePunching.Wire;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.HolePunching;

/// <summary>The messages of both sides (libp2p specs, <c>relay/DCUtR.md</c>, "The Protocol"). Does not dial.</summary>
/// <param name="RoundTrip">How long the way there and back took.</param>
/// <param name="Addresses">Where the other side is to be dialed.</param>
internal sealed record HolePunchExchange(TimeSpan RoundTrip, List<Multiaddress> Addresses)
{
    /// <summary>As the side that the relayed connection came to: CONNECT, CONNECT, SYNC. The caller waits for half the round trip and dials.</summary>
    public static async Task<HolePunchExchange> AskAsync(
        Stream stream, IEnumerable<Multiaddress> own, bool allowPrivate, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await DelimitedMessages.WriteAsync(stream, Connect(own), cancellationToken);
        var addresses = await ReadConnectAsync(stream, allowPrivate, cancellationToken);
        var roundTrip = time.GetElapsedTime(started);
        await DelimitedMessages.WriteAsync(stream, new HolePunchMessage { Type = HolePunchMessage.Types.Type.Sync }, cancellationToken);
        return new HolePunchExchange(roundTrip, addresses);
    }

    /// <summary>As the side that opened the relayed connection. The caller dials at once.</summary>
    public static async Task<HolePunchExchange> AnswerAsync(
        Stream stream, IEnumerable<Multiaddress> own, bool allowPrivate, TimeProvider time, CancellationToken cancellationToken)
    {
        var addresses = await ReadConnectAsync(stream, allowPrivate, cancellationToken);
        var started = time.GetTimestamp();
        await DelimitedMessages.WriteAsync(stream, Connect(own), cancellationToken);
        var sync = await DelimitedMessages.ReadAsync(stream, HolePunchMessage.Parser, cancellationToken);
        if (!sync.HasType || sync.Type != HolePunchMessage.Types.Type.Sync) throw Violation("something else than SYNC");
        return new HolePunchExchange(time.GetElapsedTime(started), addresses);
    }

    private static async Task<List<Multiaddress>> ReadConnectAsync(Stream stream, bool allowPrivate, CancellationToken cancellationToken)
    {
        var connect = await DelimitedMessages.ReadAsync(stream, HolePunchMessage.Parser, cancellationToken);
        if (!connect.HasType || connect.Type != HolePunchMessage.Types.Type.Connect) throw Violation("something else than CONNECT");
        var addresses = HolePunchAddresses.Read(connect.ObsAddrs.Select(static bytes => bytes.Memory), allowPrivate);
        return addresses.Count > 0 ? addresses : throw new Libp2pException(Libp2pError.NoAddress, "The other side knows no address of its own that can be punched to.");
    }

    private static HolePunchMessage Connect(IEnumerable<Multiaddress> own)
    {
        var message = new HolePunchMessage { Type = HolePunchMessage.Types.Type.Connect };
        message.ObsAddrs.AddRange(own.Select(static address => ByteString.CopyFrom(address.Bytes.Span)));
        return message;
    }

    private static Libp2pException Violation(string what) => new(Libp2pError.ProtocolViolation, $"The other side sent {what}.");
}
