using System.Collections.Concurrent;
using System.Security.Cryptography;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Service;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.PubSub;

/// <summary>
/// GossipSub 1.0 to 1.2 over a host, with FloodSub peers served too. Everything the router decides happens on one queue; reading, writing,
/// signatures and validators are beside it. An instance has one timer and no thread.
/// </summary>
public sealed partial class GossipSub : IPubSub
{
    private readonly IHost _host;
    private readonly GossipSubOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _origin;
    private readonly ILogger _log;
    private readonly Lock _state = new();
    private readonly Lock _publishing = new();
    private readonly SerialQueue<GossipSub> _queue;
    private readonly SerialQueue<GossipSub> _notifications;
    private readonly GossipRouter _router;
    private readonly MessageSigner _signer;
    private readonly ValidationPipeline _pipeline;
    private readonly SubscriptionTable _subscriptions;
    private readonly Connector _connector;
    private readonly ConcurrentDictionary<string, MessageValidator> _validators = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly RpcLimits _limits;

    /// <summary>Creates pub/sub for a host; <see cref="StartAsync"/> begins to serve.</summary>
    /// <param name="host">The host. It stays the caller's and should outlive this.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <param name="loggers">Where to log. Default nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public GossipSub(IHost host, GossipSubOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new GossipSubOptions();
        _clock = time ?? TimeProvider.System;
        _origin = _clock.GetTimestamp();
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger<GossipSub>();
        _queue = new SerialQueue<GossipSub>(this, _state, static self => self.KickWriters(), _log.EventFailed);
        _notifications = new SerialQueue<GossipSub>(this, new Lock(), null, _log.HandlerFailed);
        var seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        _router = new GossipRouter(host.Id, _options, new Output(this), _clock, new GossipRandom(seed));
        _signer = new MessageSigner(host.Id, host.Identity, _clock);
        _pipeline = new ValidationPipeline(_options, topic => _validators.GetValueOrDefault(topic), Judged, _log.ValidatorFailed, _stopping.Token);
        _connector = new Connector(host, _log, _stopping.Token);
        _limits = RpcLimits.Default with { MaxExchangedPeers = _options.PeerExchangeCount };
        _subscriptions = new SubscriptionTable(
            topic => _queue.Post(static (self, t, _) => self.Join((string)t!), topic),
            topic => _queue.Post(static (self, t, _) => self.Leave((string)t!), topic));
    }

    /// <inheritdoc/>
    public event Action<TopicPeerChange>? PeerChanged;

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    /// <inheritdoc/>
    public ISubscription Subscribe(string topic, SubscriptionOptions? options = null)
    {
        CheckTopic(topic);
        options ??= new SubscriptionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueCapacity, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.QueueCapacity, 65536, nameof(options));
        return _subscriptions.Add(topic, options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerId> PeersOf(string topic)
    {
        lock (_state) return [.. _router.PeersOf(topic).Select(p => p.Id)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerId> MeshOf(string topic)
    {
        lock (_state) return [.. _router.MeshOf(topic).Select(p => p.Id)];
    }

    /// <summary>
    /// The score of a connected peer (gossipsub 1.1, "Peer Scoring"); null where it is not connected. Explicit peers have the highest there is.
    /// </summary>
    public double? ScoreOf(PeerId peer)
    {
        lock (_state) return _links.TryGetValue(peer, out var link) && link.Routed is { } routed ? _router.ScoreOf(routed) : null;
    }

    /// <inheritdoc/>
    public IDisposable SetValidator(string topic, MessageValidator validator)
    {
        CheckTopic(topic);
        ArgumentNullException.ThrowIfNull(validator);
        if (!_validators.TryAdd(topic, validator))
        {
            throw new InvalidOperationException($"Topic {topic} has a validator already; dispose that one first.");
        }

        return new Removal(() => _validators.TryRemove(KeyValuePair.Create(topic, validator)));
    }

    private void CheckTopic(string topic)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        if (System.Text.Encoding.UTF8.GetByteCount(topic) > _limits.MaxTopicLength)
        {
            throw new Libp2pException(Libp2pError.InvalidArgument, $"A topic's name has at most {_limits.MaxTopicLength} bytes; this one is longer.");
        }
    }

    private void Join(string topic)
    {
        _log.Joined(topic);
        _router.Join(topic);
    }

    private void Leave(string topic)
    {
        _log.Left(topic);
        _router.Leave(topic);
    }

    private void Judged(GossipMessage message, Verdict verdict)
    {
        // Within the router's own call (a message that was verified before) the router is asked directly; otherwise through the queue.
        if (_state.IsHeldByCurrentThread) Complete(message, verdict);
        else _queue.Post(Verdicts[(int)verdict], message);
    }

    private void Settle(GossipMessage message, Verdict verdict)
    {
        try
        {
            Complete(message, verdict);
        }
        finally
        {
            _pipeline.Settle(message);
        }
    }

    private void Complete(GossipMessage message, Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.Accept: PubSubMetrics.Accepted.Add(1); break;
            case Verdict.Reject: PubSubMetrics.Rejected.Add(1); break;
            case Verdict.Forged: PubSubMetrics.Invalid.Add(1); break;
            default: PubSubMetrics.Ignored.Add(1); break;
        }

        if (verdict != Verdict.Accept) _log.Refused(message.Topic, message.Source!.Id, verdict.ToString());
        _router.Complete(message, verdict);
    }

    private static readonly Action<GossipSub, object?, object?>[] Verdicts =
    [
        static (self, m, _) => self.Settle((GossipMessage)m!, Verdict.Accept),
        static (self, m, _) => self.Settle((GossipMessage)m!, Verdict.Reject),
        static (self, m, _) => self.Settle((GossipMessage)m!, Verdict.Ignore),
        static (self, m, _) => self.Settle((GossipMessage)m!, Verdict.Forged),
        static (self, m, _) => self.Settle((GossipMessage)m!, Verdict.Unchecked),
    ];

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
