using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>
/// A connection over a WebSocket. The end of our data is a close frame; the other end may still send until it answers with its own, as our own peers do. Others
/// (js-libp2p, go-libp2p) answer at once, which RFC 6455 §5.5.1 allows: with them the end of one direction is the end of both.
/// </summary>
internal sealed class WebSocketConnection : TransportConnection
{
    // How long a graceful close waits for the other end's.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private const int MostDrained = 1024 * 1024;

    private readonly WebSocket _webSocket;
    private readonly Action _abort;
    private readonly WebSocketPipeReader _input;
    private readonly WebSocketPipeWriter _output;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closed;

    /// <summary>Takes over a WebSocket.</summary>
    /// <param name="webSocket">The WebSocket, open.</param>
    /// <param name="abort">Tears down what is beneath it.</param>
    /// <param name="local">Our address.</param>
    /// <param name="remote">Theirs.</param>
    public WebSocketConnection(WebSocket webSocket, Action abort, Multiaddress local, Multiaddress remote)
    {
        _webSocket = webSocket;
        _abort = abort;
        _input = new WebSocketPipeReader(webSocket);
        _output = new WebSocketPipeWriter(webSocket);
        LocalAddress = local;
        RemoteAddress = remote;
    }

    public override Multiaddress LocalAddress { get; }

    public override Multiaddress RemoteAddress { get; }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    /// <summary>Completes when the WebSocket is done with.</summary>
    public Task Ended => _ended.Task;

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) End(isClean: false);
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;

        // Not Complete(): whoever writes may be in the middle of a flush that the other end does not take, and its buffers are still in use.
        _output.EndSending();
        try
        {
            await DrainAsync();
        }
        catch (Exception error) when (WebSocketErrors.Transferring(error) is not null)
        {
            // Gone already, or it took its time: either way the connection ends now.
        }
        finally
        {
            End(isClean: _webSocket.State == WebSocketState.Closed);
        }
    }

    private async Task DrainAsync()
    {
        using var timeout = new CancellationTokenSource(Linger);
        await _output.Ending.WaitAsync(timeout.Token);
        _input.CancelPendingRead();
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (var drained = 0; drained < MostDrained && _webSocket.State == WebSocketState.CloseSent;)
            {
                var received = await _webSocket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
                drained += Math.Max(received.Count, 1);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void End(bool isClean)
    {
        try
        {
            if (!isClean) _abort();
            _webSocket.Abort();
            _webSocket.Dispose();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
