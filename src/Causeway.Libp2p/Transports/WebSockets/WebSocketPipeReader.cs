using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Causeway.Libp2p.Transports.Pipes;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>
/// Reads the binary messages of a WebSocket as one stream of bytes. A receive of <see cref="WebSocket"/> that is cancelled aborts the connection: here it goes on,
/// and the next read takes up where it was.
/// </summary>
internal sealed class WebSocketPipeReader(WebSocket webSocket) : OnDemandPipeReader
{
    private Task<ValueWebSocketReceiveResult>? _waiting;
    private Task<ValueWebSocketReceiveResult>? _receiving;
    private bool _ended;

    protected override bool IsReceiving => _receiving is not null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!_ended)
            {
                ValueWebSocketReceiveResult result;
                var waiting = _waiting is null ? webSocket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None) : new(_waiting);
                if (waiting.IsCompletedSuccessfully)
                {
                    result = waiting.Result;
                }
                else
                {
                    _waiting = waiting.AsTask();
                    result = await _waiting.WaitAsync(cancellationToken);
                }

                _waiting = null;
                Look(result);

                // An empty message is nothing that has arrived.
                if (!result.EndOfMessage) return;
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw WebSocketErrors.Transferring(error)!;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (!_ended)
            {
                ValueWebSocketReceiveResult result;
                var receiving = _receiving is null ? webSocket.ReceiveAsync(buffer, CancellationToken.None) : new(_receiving);
                if (receiving.IsCompletedSuccessfully)
                {
                    result = receiving.Result;
                }
                else
                {
                    _receiving = receiving.AsTask();
                    result = await _receiving.WaitAsync(cancellationToken);
                }

                _receiving = null;
                Look(result);
                if (result.Count > 0) return result.Count;
            }

            return 0;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw WebSocketErrors.Transferring(error)!;
        }
    }

    protected override Libp2pException? Classify(Exception error) => WebSocketErrors.Transferring(error);

    private void Look(ValueWebSocketReceiveResult result)
    {
        if (result.MessageType == WebSocketMessageType.Close) _ended = true;
        if (result.MessageType == WebSocketMessageType.Text)
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The other end sent a text message; libp2p sends binary ones.");
    }
}
