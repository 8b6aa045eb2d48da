using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Causeway.Gateway.Messaging;
using Causeway.Gateway.Peers;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Pages;

/// <summary>
/// One page: reads its requests, begins them in order, answers each when it is done. Requests are one partial file each, under <c>Pages/Requests</c>.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Neither the semaphore's wait handle nor the source's timer is used, so they hold nothing that must be released.")]
internal sealed partial class PageSession : IMessageHandler
{
    private readonly PageSocket _socket;
    private readonly PeerManager _peers;
    private readonly GatewayOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly RequestParameters _parameters = new();
    private readonly SemaphoreSlim _pending;
    private readonly CancellationTokenSource _gone = new();
    private readonly TimeProvider _time;
    private readonly PageAccess _access;
    private ILogger _logger;
    private PagePeer? _peer;
    private Action? _following;
    private bool _followsRoot;

    public PageSession(PageSocket socket, PageAccess access, PeerManager peers, GatewayMetrics metrics, ILogger logger)
    {
        _access = access;
        _socket = socket;
        _peers = peers;
        _options = peers.Options;
        _time = peers.Time;
        _metrics = metrics;
        _logger = logger;
        _pending = new SemaphoreSlim(_options.MaxPendingRequests);
    }

    /// <summary>Serves the page until it is gone and everything it had is released.</summary>
    public async Task RunAsync()
    {
        var writing = _socket.WriteAsync();
        await using var patience = _time.CreateTimer(
            static self => ((PageSession)self!).OnNoPeer(), this, _options.PeerRequestTimeout, Timeout.InfiniteTimeSpan);
        while (await _socket.ReceiveAsync() is { } frame)
        {
            using (frame)
            {
                if (_socket.CloseReason is null) await BeginAsync(frame);
            }
        }

        await _gone.CancelAsync();
        _socket.Outbound.Close();
        _access.Peer = null;
        if (_peer is not null) await _peer.DisposeAsync();
        await writing;
        GatewayLog.PageGone(_logger, _socket.CloseReason is { } reason ? $": {reason}" : "");
    }

    /// <inheritdoc/>
    async ValueTask IMessageHandler.DeliverAsync(PeerId peer, ReadOnlyMemory<byte> pushHead, ReadOnlyMemory<byte> json)
    {
        await _socket.Outbound.EnqueueAsync(Frames.Push(pushHead.Span, json.Span));
        _metrics.MessageDelivered();
    }

    /// <inheritdoc/>
    void IMessageHandler.Acknowledged(long ack)
    {
        _metrics.MessageAcknowledged();
        _socket.Push(Frames.Ack(ack));
    }

    /// <inheritdoc/>
    void IMessageHandler.Failed(long ack, string error)
    {
        _metrics.MessageFailed();
        _socket.Push(Frames.AckFailed(ack, error));
    }

    private async ValueTask BeginAsync(ReceivedFrame frame)
    {
        var id = EnvelopeReader.NoRequestId;
        ValueTask<OutboundFrame> answer;
        try
        {
            if (!frame.IsText) throw new GatewayException(GatewayErrorCode.BadRequest, "binary frames are not part of this protocol");
            var request = EnvelopeReader.Read(frame.Payload, out id);
            if (request.IsResponse) return;
            _parameters.Read(request.Parameters);
            _metrics.RequestBegun();
            GatewayLog.Request(_logger, request.Method, id);
            answer = Dispatch(id, request.Method);
            if (request.Method == Methods.Peer)
            {
                // All other requests need the peer: they begin when it is there.
                await AnswerAsync(await answer);
                return;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await AnswerAsync(ErrorFor(id, e));
            return;
        }

        if (answer.IsCompletedSuccessfully)
        {
            await AnswerAsync(answer.Result);
            _following?.Invoke();
            _following = null;
            return;
        }

        await _pending.WaitAsync();
        _ = FinishAsync(id, answer);
    }

    private async Task FinishAsync(long id, ValueTask<OutboundFrame> pending)
    {
        OutboundFrame frame;
        try
        {
            frame = await pending;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            frame = ErrorFor(id, e);
        }

        await AnswerAsync(frame);
        _pending.Release();
    }

    private async ValueTask AnswerAsync(OutboundFrame frame)
    {
        try
        {
            await _socket.Outbound.EnqueueAsync(frame);
        }
        catch (PageClosedException)
        {
            // It will not ask again.
        }
    }

    private OutboundFrame ErrorFor(long id, Exception exception)
    {
        var (code, message) = exception switch
        {
            GatewayException e => (e.Code, e.Message),
            Libp2pException e => (GatewayErrorCode.Failed, e.Message),
            OperationCanceledException or ObjectDisposedException => (GatewayErrorCode.Failed, "the connection is closing"),
            _ => (GatewayErrorCode.Failed, "the gateway failed; its log says more"),
        };
        if (exception is GatewayException or Libp2pException) GatewayLog.RequestRefused(_logger, (int)code, id, message);
        else GatewayLog.RequestFailed(_logger, id, exception);
        return Frames.Error(id, code, message);
    }

    private void OnNoPeer()
    {
        if (_peer is null) _socket.Close(WebSocketCloseStatus.PolicyViolation, $"no peer request within {_options.PeerRequestTimeout.TotalSeconds:0.#} s");
    }
}
