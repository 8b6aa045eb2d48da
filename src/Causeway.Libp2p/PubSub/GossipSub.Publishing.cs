using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub;

/// <content>Publishing.</content>
public sealed partial class GossipSub
{
    private readonly List<TaskCompletionSource> _throttled = [];
    private int _ownSent;
    private int _ownBusy;
    private TimeSpan _patience;
    private TimeSpan? _waitingSince;

    /// <inheritdoc/>
    /// <remarks>
    /// While receivers have half a queue to read, this waits (a heartbeat at most), so that who awaits it does not outrun the network. A few slow
    /// receivers cannot make it wait for more than half of the time.
    /// </remarks>
    public async ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        CheckTopic(topic);
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (data.Length > _options.MaxRpcSize || _signer.RpcSizeOf(topic, data.Length) > _options.MaxRpcSize)
        {
            throw new Libp2pException(
                Libp2pError.InvalidArgument,
                $"A message of {data.Length} bytes does not fit: with its signature an RPC has at most {_options.MaxRpcSize} bytes.");
        }

        var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_validators.TryGetValue(topic, out var validator)) await PublishValidatedAsync(topic, data, validator, queued, cancellationToken);
        else PublishPlain(topic, data.Span, queued);
        await queued.Task.WaitAsync(cancellationToken);
    }

    // Numbers rise in the order of publication: numbering, signing and queueing are one step.
    private void PublishPlain(string topic, ReadOnlySpan<byte> data, TaskCompletionSource queued)
    {
        lock (_publishing) Enqueue(_signer.Create(topic, data), queued);
    }

    private async ValueTask PublishValidatedAsync(
        string topic, ReadOnlyMemory<byte> data, MessageValidator validator, TaskCompletionSource queued, CancellationToken cancellationToken)
    {
        GossipMessage message;
        Task<ValidationResult> asked;
        lock (_publishing)
        {
            message = _signer.Create(topic, data.Span);
            asked = validator(message.ToPublic(_host.Id), cancellationToken).AsTask();
            if (asked.IsCompletedSuccessfully && asked.Result == ValidationResult.Accept)
            {
                Enqueue(message, queued);
                return;
            }
        }

        if (await asked != ValidationResult.Accept)
        {
            throw new Libp2pException(Libp2pError.InvalidArgument, $"The validator of topic {topic} refused the message.");
        }

        Enqueue(message, queued);
    }

    private void Enqueue(GossipMessage message, TaskCompletionSource queued)
    {
        // Other peers of this process need not verify what was signed here.
        VerifiedMessages.Shared.Add(message);
        _queue.Post(static (self, m, q) => self.Publish((GossipMessage)m!, (TaskCompletionSource)q!), message, queued);
    }

    private void Publish(GossipMessage message, TaskCompletionSource queued)
    {
        (_ownSent, _ownBusy) = (0, 0);
        _router.Publish(message);
        PubSubMetrics.Published.Add(1);
        var isMinority = _ownBusy * 2 <= _ownSent;
        if (_ownBusy == 0 || _stopping.IsCancellationRequested || (isMinority && _patience <= TimeSpan.Zero))
        {
            queued.TrySetResult();
            return;
        }

        if (isMinority) _waitingSince ??= Now;
        _throttled.Add(queued);
    }

    private void ReleasePublishers()
    {
        if (_waitingSince is { } since) _patience -= Now - since;
        _waitingSince = null;
        foreach (var queued in _throttled) queued.TrySetResult();
        _throttled.Clear();
    }
}
