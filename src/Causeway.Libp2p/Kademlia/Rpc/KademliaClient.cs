using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Rpc;

/// <summary>Sends requests, each on a stream of its own (kad-dht spec, "RPC messages"), which costs no round trip.</summary>
internal sealed class KademliaClient(IHost host, KademliaOptions options, TimeProvider time)
{
    // A look-up tells addresses; looking up the peers that it asks would never end.
    private static readonly ConnectOptions KnownAddresses = new() { UseRouting = false };

    private readonly string[] _protocols = [options.ProtocolId];

    /// <summary>Asks a peer, connecting if need be.</summary>
    /// <exception cref="Libp2pException">It cannot be reached, does not answer in time, or answers something else.</exception>
    public async Task<KademliaMessage> RequestAsync(PeerId peer, KademliaMessage request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var frame = KademliaEncoder.Encode(request);
        var answer = await RunAsync(peer, request.Type, (stream, token) => ExchangeAsync(stream, frame, token), cancellationToken);
        KademliaMetrics.Requested(request.Type, frame.Length, time.GetElapsedTime(started));
        if (answer?.Type == request.Type) return answer;
        throw new Libp2pException(Libp2pError.ProtocolViolation, $"{peer} did not answer {request.Type} but {answer?.Type.ToString() ?? "closed the stream"}.");
    }

    /// <summary>Tells a peer something to which there is no answer.</summary>
    /// <exception cref="Libp2pException">It cannot be reached, or does not speak the protocol.</exception>
    public async Task SendAsync(PeerId peer, KademliaMessage message, CancellationToken cancellationToken)
    {
        var frame = KademliaEncoder.Encode(message);
        await RunAsync(peer, message.Type, (stream, token) => TellAsync(stream, frame, token), cancellationToken);
        KademliaMetrics.Sent(message.Type, frame.Length);
    }

    private static async Task<KademliaMessage?> ExchangeAsync(Libp2pStream stream, byte[] frame, CancellationToken cancellationToken)
    {
        // js-libp2p looks at the state of the stream before it reads: our side ends after the answer.
        await stream.WriteAsync(frame, cancellationToken);
        using var reader = new KademliaFrameReader(stream);
        var answer = await reader.ReadAsync(cancellationToken);
        stream.CompleteWrites();
        return answer;
    }

    private static async Task<KademliaMessage?> TellAsync(Libp2pStream stream, byte[] frame, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(frame, completeWrites: true, cancellationToken);

        // Whether it was taken nobody says: go-libp2p closes the stream, js-libp2p resets it. A peer that does not speak the protocol is told apart.
        using var reader = new KademliaFrameReader(stream);
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Libp2pException error) when (error.Error == Libp2pError.StreamReset)
        {
            return null;
        }
    }

    private async Task<KademliaMessage?> RunAsync(
        PeerId peer, KademliaMessageType type, Func<Libp2pStream, CancellationToken, Task<KademliaMessage?>> exchange, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Libp2pStream? stream = null;
        try
        {
            stream = await host.OpenStreamAsync(peer, _protocols, KnownAddresses, either.Token);
            return await exchange(stream, either.Token);
        }
        catch (Exception error)
        {
            stream?.Abort();
            cancellationToken.ThrowIfCancellationRequested();
            KademliaMetrics.Failed(type);
            if (error is not OperationCanceledException) throw;
            throw new Libp2pException(Libp2pError.TimedOut, $"{peer} did not answer within {options.RequestTimeout.TotalSeconds} s.", error);
        }
        finally
        {
            if (stream is not null) await stream.DisposeAsync();
        }
    }
}
