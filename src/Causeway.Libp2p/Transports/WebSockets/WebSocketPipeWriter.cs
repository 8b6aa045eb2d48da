using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Causeway.Libp2p.Transports.Pipes;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>Writes what is flushed as binary messages.</summary>
internal sealed class WebSocketPipeWriter(WebSocket webSocket) : OnDemandPipeWriter
{
    // A message and its header (at most 14 bytes, RFC 6455 §5.2) fill one pooled buffer.
    private const int LargestMessage = (128 * 1024) - 14;

    private Task? _ending;

    /// <summary>Completes when the end has been sent, or cannot be any more; never fails.</summary>
    public Task Ending => Volatile.Read(ref _ending) ?? Task.CompletedTask;

    public override void EndSending()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _ending, ended.Task, null) is null) _ = EndAsync(ended);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            var message = data[..Math.Min(data.Length, LargestMessage)];
            var sending = webSocket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            if (sending.IsCompletedSuccessfully) sending.GetAwaiter().GetResult();
            else await WaitAsync(sending, cancellationToken);
            data = data[message.Length..];
        }
    }

    protected override Libp2pException? Classify(Exception error) => WebSocketErrors.Transferring(error);

    private static async Task WaitAsync(ValueTask sending, CancellationToken cancellationToken)
    {
        try
        {
            // The socket has its own copy of the message, which is sent to its end whoever waits.
            await sending.AsTask().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw WebSocketErrors.Transferring(error)!;
        }
    }

    private async Task EndAsync(TaskCompletionSource ended)
    {
        try
        {
            await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception error) when (WebSocketErrors.Transferring(error) is not null)
        {
            // The connection has ended already: nothing is left to say.
        }
        finally
        {
            ended.SetResult();
        }
    }
}
