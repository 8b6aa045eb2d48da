using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Streams;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Kademlia.Rpc;

/// <summary>Serves inbound streams: any number of requests on each, one after the other.</summary>
internal sealed class KademliaServer(KademliaResponder responder, KademliaOptions options, TimeProvider time, ILogger log)
{
    /// <summary>Answers until the other side ends the stream or is silent for too long.</summary>
    public async Task ServeAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var reader = new KademliaFrameReader(stream);
        using var limit = new CancellationTokenSource(options.StreamIdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        KademliaMessageType? type = null;
        try
        {
            while (true)
            {
                type = null;
                limit.CancelAfter(options.StreamIdleTimeout);
                await reader.WaitAsync(either.Token);

                // What has begun must be done soon.
                limit.CancelAfter(options.RequestTimeout);
                if (await reader.ReadAsync(either.Token) is not { } request) return;
                type = request.Type;
                KademliaMetrics.Received(request.Type, reader.LastSize);
                var started = time.GetTimestamp();
                var answer = await responder.AnswerAsync(stream.Connection, request, either.Token);
                if (answer is not null) await stream.WriteAsync(KademliaEncoder.Encode(answer), either.Token);
                KademliaMetrics.Answered(request.Type, time.GetElapsedTime(started));
            }
        }
        catch (Libp2pException error) when (error.Error is Libp2pError.ProtocolViolation)
        {
            KademliaMetrics.Refused(type);
            log.RequestRefused(stream.Connection.RemotePeer, error.Message);
            stream.Abort();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            stream.Abort();
        }
    }
}
