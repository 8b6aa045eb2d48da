using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>A reservation as a relay has granted it.</summary>
/// <param name="Expires">Its end, by the relay's clock.</param>
/// <param name="Addresses">Our relayed addresses.</param>
internal sealed record Reservation(DateTimeOffset Expires, IReadOnlyList<Multiaddress> Addresses)
{
    private static readonly string[] Hop = [CircuitRelay.ProtocolId];

    // Programs round the end of what they promise to seconds in their own ways.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <summary>Asks for one over a connection.</summary>
    /// <param name="connection">To the relay.</param>
    /// <param name="self">Who asks.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RefusedException">The relay said no.</exception>
    /// <exception cref="Libp2pException">It did not answer as it should.</exception>
    public static async Task<Reservation> RequestAsync(IConnection connection, PeerId self, CancellationToken cancellationToken)
    {
        await using var stream = await connection.OpenStreamAsync(Hop, cancellationToken);
        try
        {
            await DelimitedMessages.WriteAsync(stream, new HopMessage { Type = HopMessage.Types.Type.Reserve }, cancellationToken);
            var answer = await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, cancellationToken);
            return Read(answer, connection, self);
        }
        catch (Exception error) when (error is not RefusedException)
        {
            stream.Abort();
            throw;
        }
    }

    private static Reservation Read(HopMessage answer, IConnection connection, PeerId self)
    {
        if (!answer.HasType || answer.Type != HopMessage.Types.Type.Status || !answer.HasStatus)
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The relay answered with something else than a status.");
        if (answer.Status != RelayStatus.Ok) throw new RefusedException(answer.Status);
        if (answer.Reservation is not { HasExpire: true } reservation)
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The relay granted a reservation without an end.");

        var expires = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(reservation.Expire, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        if (reservation.HasVoucher) Check(reservation.Voucher.Span, connection.RemotePeer, self, expires);
        var (relay, path) = (connection.RemotePeer, connection.RemoteAddress);
        var bases = RelayAddresses.Read(reservation.Addrs.Select(static bytes => bytes.Memory), relay, path).Distinct().Take(RelayAddresses.MaxPerRelay).ToList();

        // A relay that names none is at least where we have dialed it.
        if (bases.Count == 0 && connection.Role == ConnectionRole.Initiator) bases.Add(path);
        return new Reservation(expires, [.. bases.Select(address => RelayAddresses.Through(address, relay))]);
    }

    // Vouchers may be left out (circuit-v2.md, "Reservation Vouchers"; rust-libp2p gives none). One that is there must promise what the answer says. Both times are the relay's: our clock may be wrong.
    private static void Check(ReadOnlySpan<byte> envelope, PeerId relay, PeerId self, DateTimeOffset expires)
    {
        if (!ReservationVoucher.TryOpen(envelope, out var voucher)) throw Wrong("is not a voucher that the relay which it names has signed");
        if (!voucher.Relay.Equals(relay)) throw Wrong($"is of another relay, {voucher.Relay}");
        if (!voucher.Peer.Equals(self)) throw Wrong($"is for another peer, {voucher.Peer}");
        if (voucher.Expires < expires - Rounding) throw Wrong($"ends at {voucher.Expires:u}, before the reservation does, at {expires:u}");
    }

    private static Libp2pException Wrong(string what) => new(Libp2pError.ProtocolViolation, $"What it gave as the voucher of a reservation {what}.");
}
