using System.Collections.Concurrent;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Messaging;

/// <summary>The direct messages of one page: the protocols that it serves and its channels to others.</summary>
internal sealed class DirectMessages : IDisposable
{
    private static readonly ConnectOptions AnyPath = new() { AllowLimited = true };

    private readonly IHost _host;
    private readonly Action<PeerId> _locate;
    private readonly ConcurrentDictionary<string, IDisposable> _started = new();
    private readonly ChannelTable _channels;
    private readonly CancellationTokenSource _closing = new();
    private readonly SelfMessages _self;
    private readonly ITimer _sweeper;

    /// <summary>Starts with no protocol and no channel.</summary>
    /// <param name="host">Our peer.</param>
    /// <param name="locate">Called before a peer is dialed; adds addresses that the process knows.</param>
    /// <param name="handler">The page.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="budget">Shared by all pages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Carries the page's alias.</param>
    public DirectMessages(IHost host, Action<PeerId> locate, IMessageHandler handler, MessagingOptions options, MemoryBudget budget, TimeProvider time, ILogger logger)
    {
        _host = host;
        _locate = locate;
        Handler = handler;
        Options = options;
        Budget = budget;
        Time = time;
        Logger = logger;
        Remembered = new MemoryBudget(options.MaxRememberedIds);
        _channels = new ChannelTable(this);
        Queued = new MemoryBudget(options.MaxQueuedBytesPerPage);
        _self = new SelfMessages(host.Id, handler, options.MaxQueuedMessages, Queued);
        var period = TimeSpan.FromTicks(Math.Min(options.IdleTimeout.Ticks, options.AcknowledgeTimeout.Ticks) / 4);
        host.Changed += OnChanged;
        _sweeper = time.CreateTimer(static channels => ((ChannelTable)channels!).Sweep(), _channels, period, period);
    }

    /// <summary>The page.</summary>
    public IMessageHandler Handler { get; }

    /// <summary>Bounds and times.</summary>
    public MessagingOptions Options { get; }

    /// <summary>Room for unfinished large frames.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>Room for this page's messages to others.</summary>
    public MemoryBudget Queued { get; }

    /// <summary>Room for the ids that this page has received, beside what every channel remembers in any case.</summary>
    public MemoryBudget Remembered { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Carries the page's alias.</summary>
    public ILogger Logger { get; }

    /// <summary>Fires when the page is gone.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Protocols served.</summary>
    public int StartedCount => _started.Count;

    /// <summary>Whether the page serves a protocol.</summary>
    public bool IsStarted(string protocol) => _started.ContainsKey(protocol);

    /// <summary>Serves a protocol.</summary>
    /// <exception cref="GatewayException">It is served already.</exception>
    public void Start(string protocol)
    {
        if (_started.ContainsKey(protocol)) throw GatewayException.Conflict($"already started protocol: {protocol}");
        try
        {
            _started[protocol] = _host.Handle(protocol, HandleAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = Options.MaxInboundStreams, AllowLimited = true });
        }
        catch (InvalidOperationException e)
        {
            throw new GatewayException(GatewayErrorCode.Conflict, $"protocol {protocol} is served by the peer itself", e);
        }
    }

    /// <summary>Serves a protocol no more. What is queued to others still goes out.</summary>
    /// <exception cref="GatewayException">It is not served.</exception>
    public void Stop(string protocol)
    {
        if (!_started.TryRemove(protocol, out var registration)) throw GatewayException.Conflict($"protocol not started: {protocol}");
        registration.Dispose();
        foreach (var channel in _channels.Snapshot())
        {
            if (channel.Protocol == protocol) channel.EndInbound();
        }
    }

    /// <summary>Queues a message.</summary>
    /// <exception cref="GatewayException">The protocol is not started, or the queue is full.</exception>
    public void Send(PeerId peer, string protocol, ReadOnlyMemory<byte> json, long? ack)
    {
        if (!IsStarted(protocol)) throw GatewayException.Conflict($"protocol not started: {protocol}");
        if (peer.Equals(_host.Id))
        {
            _self.Send(protocol, json, ack);
            return;
        }

        var channel = _channels.ToSend(peer, protocol) ?? throw GatewayException.Full($"more than {Options.MaxChannels} peers and protocols have messages queued");
        try
        {
            channel.Send(json.Span, ack);
        }
        catch (ObjectDisposedException) when (!_closing.IsCancellationRequested)
        {
            // The sweep closed it between our look-up and now.
            _channels.Forget(channel);
            (_channels.ToSend(peer, protocol) ?? throw GatewayException.Full("too many channels")).Send(json.Span, ack);
        }
    }

    /// <summary>Opens a stream for a channel.</summary>
    public async ValueTask<Libp2pStream> OpenAsync(PeerId peer, string protocol)
    {
        using var timeout = new CancellationTokenSource(Options.OpenTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        try
        {
            _locate(peer);
            return await _host.OpenStreamAsync(peer, [protocol], AnyPath, either.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"no stream within {Options.OpenTimeout.TotalSeconds:0.#} s", e);
        }
    }

    /// <summary>Whether there is a connection to a peer without a relay between.</summary>
    public bool IsDirect(PeerId peer) => _host.Connections.To(peer).Any(static c => !c.IsRelayed);

    /// <summary>The page is gone: no more streams, in or out.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _host.Changed -= OnChanged;
        _sweeper.Dispose();
        foreach (var registration in _started.Values) registration.Dispose();
        _started.Clear();
        _channels.Close();
    }

    // Channels whose streams go through a relay move to a direct connection as soon as there is one.
    private void OnChanged(HostEvent change)
    {
        if (change is not HostEvent.ConnectionOpened { Connection: { IsRelayed: false } connection }) return;
        foreach (var channel in _channels.Snapshot())
        {
            if (channel.Peer.Equals(connection.RemotePeer)) channel.Move();
        }
    }

    private async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var channel = _channels.ToReceive(stream.Connection.RemotePeer, stream.Protocol);
        if (channel is null || _closing.IsCancellationRequested) stream.Abort();
        else await channel.RunAsync(stream);
    }
}
