using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>
/// Verifies signatures and runs validators off the router's queue: authors side by side, the messages of each in order. Bounded in messages,
/// bytes and asynchronous validations. A lane lives only while its author's messages wait.
/// </summary>
internal sealed class ValidationPipeline(
    GossipSubOptions options,
    Func<string, MessageValidator?> validators,
    Action<GossipMessage, Verdict> completed,
    Action<string, Exception> failed,
    CancellationToken stopping)
{
    // Larger messages are hashed on the pool rather than on the router's queue.
    private const int MaxInline = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<MessageId, AuthorLane> _lanes = new(MessageIdComparer.Instance);
    private int _count;
    private long _bytes;
    private int _validating;

    /// <summary>Messages that wait or are being judged.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Hands in a message. The verdict may be given within this call; one that comes later must be settled by <see cref="Settle"/>.</summary>
    public void Add(GossipMessage message)
    {
        if (TryJudgeAtOnce(message)) return;
        AuthorLane? lane = null;
        lock (_lock)
        {
            if (_count < options.ValidationQueueLength && (_count == 0 || _bytes + message.Raw.Length <= options.ValidationQueueBytes))
            {
                _count++;
                _bytes += message.Raw.Length;
                lane = LaneOf(message);
                lane.Waiting.Enqueue(message);
                lane.Unsettled++;
                if (lane.IsRunning) return;
                lane.IsRunning = true;
            }
        }

        if (lane is null) completed(message, Verdict.Unchecked);
        else ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
    }

    /// <summary>The router has taken a verdict that came later. Only now may the author's next message be judged at once: it cannot overtake any more.</summary>
    public void Settle(GossipMessage message)
    {
        lock (_lock)
        {
            if (_lanes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(AuthorOf(message), out var lane) && --lane.Unsettled == 0) _lanes.Remove(lane.Author);
        }
    }

    /// <summary>Runs a lane until it is empty.</summary>
    public async Task RunAsync(AuthorLane lane)
    {
        while (TryTake(lane, out var message))
        {
            var verdict = Verdict.Forged;
            try
            {
                verdict = MessageVerifier.Verify(message) ? await JudgeAsync(message) : Verdict.Forged;
            }
            catch (Exception error)
            {
                verdict = Verdict.Ignore;
                failed(message.Topic, error);
            }

            lock (_lock)
            {
                _count--;
                _bytes -= message.Raw.Length;
            }

            completed(message, verdict);
        }
    }

    // Another peer of this process has verified these very bytes, nobody wants to validate them, and none of the author's is before them.
    private bool TryJudgeAtOnce(GossipMessage message)
    {
        if (message.Raw.Length > MaxInline || validators(message.Topic) is not null) return false;
        lock (_lock)
        {
            if (_lanes.Count > 0 && _lanes.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(AuthorOf(message))) return false;
        }

        if (VerifiedMessages.Shared.Find(message) is not { } author) return false;
        message.Author = author;
        completed(message, Verdict.Accept);
        return true;
    }

    private static ReadOnlySpan<byte> AuthorOf(GossipMessage message) => message.From.Of(message.Raw.Span);

    private AuthorLane LaneOf(GossipMessage message)
    {
        if (_lanes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(AuthorOf(message), out var lane)) return lane;
        lane = new AuthorLane(this, new MessageId(AuthorOf(message)));
        _lanes.Add(lane.Author, lane);
        return lane;
    }

    private bool TryTake(AuthorLane lane, out GossipMessage message)
    {
        lock (_lock)
        {
            return lane.IsRunning = lane.Waiting.TryDequeue(out message!);
        }
    }

    private async ValueTask<Verdict> JudgeAsync(GossipMessage message)
    {
        if (validators(message.Topic) is not { } validator) return Verdict.Accept;
        if (Interlocked.Increment(ref _validating) > options.ValidationConcurrency)
        {
            Interlocked.Decrement(ref _validating);
            return Verdict.Ignore;
        }

        try
        {
            return await AskAsync(validator, message);
        }
        finally
        {
            Interlocked.Decrement(ref _validating);
        }
    }

    private async ValueTask<Verdict> AskAsync(MessageValidator validator, GossipMessage message)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var asked = validator(message.ToPublic(message.Source!.Id), timeout.Token);
        if (!asked.IsCompleted) timeout.CancelAfter(options.ValidationTimeout);
        var result = asked.IsCompleted ? await asked : await asked.AsTask().WaitAsync(timeout.Token);
        return result switch
        {
            ValidationResult.Accept => Verdict.Accept,
            ValidationResult.Reject => Verdict.Reject,
            _ => Verdict.Ignore,
        };
    }
}
