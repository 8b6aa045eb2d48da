using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Streams;

namespace Causeway.Libp2p.Negotiation;

/// <summary>Agrees on the protocol of a new stream by multistream-select and makes a <see cref="Libp2pStream"/> of it.</summary>
internal static class StreamNegotiator
{
    /// <summary>
    /// Negotiates a stream that we opened. A single protocol is proposed optimistically: the proposal leaves with the first write (or flush, or
    /// at the first read), and a refusal surfaces as <see cref="Libp2pError.ProtocolNotSupported"/> on the first read. Several are negotiated
    /// before this returns.
    /// </summary>
    /// <exception cref="Libp2pException">Refused, or the other end broke the rules; <paramref name="stream"/> has been reset.</exception>
    public static async ValueTask<Libp2pStream> OpenAsync(
        MuxedStream stream, IConnection connection, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        try
        {
            if (protocols.Count == 1) return new NegotiatedStream(stream, connection, protocols[0], agreed: false);
            using var channel = new StreamNegotiationChannel(stream);
            var protocol = await ProtocolNegotiator.DialAsync(channel, protocols, cancellationToken);
            return new NegotiatedStream(stream, connection, protocol, agreed: true);
        }
        catch
        {
            stream.Abort();
            throw;
        }
    }

    /// <summary>Negotiates a stream that the other end opened. The caller bounds the time by <paramref name="cancellationToken"/>.</summary>
    /// <param name="stream">The fresh inbound stream; closed or reset when this throws.</param>
    /// <param name="connection">What carries it.</param>
    /// <param name="serves">Whether a protocol is served now.</param>
    /// <param name="list">All protocols served now, for the <c>ls</c> request.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ProtocolNotSupported"/>: nothing in common. Otherwise the other end broke the rules.</exception>
    public static async ValueTask<Libp2pStream> AcceptAsync(
        MuxedStream stream, IConnection connection, Predicate<string> serves, Func<IEnumerable<string>> list, CancellationToken cancellationToken)
    {
        try
        {
            using var channel = new StreamNegotiationChannel(stream);
            var protocol = await ProtocolNegotiator.ListenAsync(channel, serves, list, cancellationToken);
            try
            {
                await channel.FlushAsync(cancellationToken);
            }
            catch (Libp2pException)
            {
                // It proposed, wrote, and has gone without waiting for this answer. What it wrote can be read all the same; a stream that was reset fails there.
            }

            return new NegotiatedStream(stream, connection, protocol, agreed: true);
        }
        catch (Libp2pException e) when (e.Error == Libp2pError.ProtocolNotSupported)
        {
            // The refusal must arrive, so no reset: it would overtake it.
            await stream.DisposeAsync();
            throw;
        }
        catch
        {
            stream.Abort();
            throw;
        }
    }
}
