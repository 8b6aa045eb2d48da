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

    /// <summary>Asks for one over a connection.</summary>
    /// <exception cref="RefusedException">The relay said no.</exception>
    /// <exception cref="Libp2pException">It did not answer as it should.</exception>
    public static async Task<Reservation> RequestAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var stream = await connection.OpenStreamAsync(Hop, cancellationToken);
        try
        {
            await DelimitedMessages.WriteAsync(stream, new HopMessage { Type = HopMessage.Types.Type.Reserve }, cancellationToken);
            var answer = await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, cancellationToken);
            return Read(answer, connection);
        }
        catch (Exception error) when (error is not RefusedException)
        {
            stream.Abort();
            throw;
        }
    }

    /// <summary>Reads the answer to a request.</summary>
    public static Reservation Read(HopMessage answer, IConnection connection)
    {
        if (!answer.HasType || answer.Type != HopMessage.Types.Type.Status || !answer.HasStatus)
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The relay answered with something else than a status.");
        if (answer.Status != RelayStatus.Ok) throw new RefusedException(answer.Status);
        if (answer.Reservation is not { HasExpire: true } reservation)
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The relay granted a reservation without an end.");

        var (relay, path) = (connection.RemotePeer, connection.RemoteAddress);
        var bases = RelayAddresses.Read(reservation.Addrs.Select(static bytes => bytes.Memory), relay, path).Distinct().Take(RelayAddresses.MaxPerRelay).ToList();

        // A relay that names none is at least where we have dialed it.
        if (bases.Count == 0 && connection.Role == ConnectionRole.Initiator) bases.Add(path);
        var expires = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(reservation.Expire, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return new Reservation(expires, [.. bases.Select(address => RelayAddresses.Through(address, relay))]);
    }
}
