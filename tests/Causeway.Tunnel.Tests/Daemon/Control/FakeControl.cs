using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Tunnel.Tests.Daemon.Control;

/// <summary>A tunnel that only says what a test tells it to, and notes what it is asked.</summary>
public sealed class FakeControl : ITunnelControl
{
    private readonly Lock _lock = new();
    private readonly List<ChannelWriter<TunnelStatus>> _watchers = [];
    private readonly List<string> _asked = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TunnelStatus _status = new()
    {
        Network = "home",
        NetworkId = new string('a', 64),
        State = TunnelState.Up,
        PeerId = "bciqalice",
        Name = "alice",
        Role = "administrator",
        Ipv4 = "10.10.10.1/24",
        Ipv6 = "fd00::1/64",
        Device = "chr-001",
        MacAddress = "02:00:00:00:00:01",
        Mtu = 1500,
        Version = "1.2.3",
        Members = 1,
        ProcessId = 4711,
        Relays = [new RelayReport { Address = "relay.example", State = "connected", RoundTripMilliseconds = 12.5, ObservedAddress = "192.0.2.1:4000" }],
    };

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_lock) return [.. _asked];
        }
    }

    /// <summary>How it stands; watchers are told.</summary>
    public TunnelStatus Status
    {
        get
        {
            lock (_lock) return _status;
        }

        set
        {
            lock (_lock)
            {
                _status = value;
                foreach (var watcher in _watchers) watcher.TryWrite(value);
            }
        }
    }

    /// <summary>The other members.</summary>
    public IReadOnlyList<PeerReport> Peers { get; set; } = [];

    /// <summary>Answers to pings; the last one stays.</summary>
    public Channel<PingReport> Pings { get; } = Channel.CreateUnbounded<PingReport>();

    /// <summary>The relays.</summary>
    public IReadOnlyList<string> Relays { get; set; } = ["wss://relay.example/"];

    /// <summary>Invitations.</summary>
    public IReadOnlyList<InvitationReport> Invitations { get; set; } = [];

    /// <summary>The token that the next invitation has.</summary>
    public string Token { get; set; } = "causeway-join-secret";

    /// <summary>Thrown instead of any answer.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>How many watch at the moment.</summary>
    public int Watchers
    {
        get
        {
            lock (_lock) return _watchers.Count;
        }
    }

    /// <summary>Completed when somebody watches.</summary>
    public TaskCompletionSource WatcherCame { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when a watcher has gone.</summary>
    public TaskCompletionSource WatcherLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when it has been stopped.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Ends it with a failure.</summary>
    public void Fail(Exception e) => _completion.TrySetException(e);

    public TunnelStatus GetStatus()
    {
        Note("status");
        return Status;
    }

    public async IAsyncEnumerable<TunnelStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Note("watch");
        var channel = Channel.CreateUnbounded<TunnelStatus>();
        lock (_lock)
        {
            _watchers.Add(channel.Writer);
            channel.Writer.TryWrite(_status);
        }

        WatcherCame.TrySetResult();
        try
        {
            await foreach (var status in channel.Reader.ReadAllAsync(cancellationToken)) yield return status;
        }
        finally
        {
            lock (_lock) _watchers.Remove(channel.Writer);
            WatcherLeft.TrySetResult();
        }
    }

    public IReadOnlyList<PeerReport> GetPeers() => Peers;

    public async IAsyncEnumerable<PingReport> PingAsync(string peer, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Note($"ping {peer} {count}");
        for (var i = 0; i < count; i++) yield return await Pings.Reader.ReadAsync(cancellationToken);
    }

    public Task<InvitationReport> InviteAsync(InvitationRequest request, CancellationToken cancellationToken)
    {
        Note($"invite {request.Name} {request.IsAdministrator} {request.ValidFor}");
        return Task.FromResult(new InvitationReport("0123456789abcdef", request.Name, request.IsAdministrator, DateTimeOffset.UnixEpoch + request.ValidFor, Token));
    }

    public IReadOnlyList<InvitationReport> GetInvitations()
    {
        Note("invitations");
        return Invitations;
    }

    public Task RevokeInvitationAsync(string id, CancellationToken cancellationToken) => NoteAsync($"revoke {id}");

    public Task RemoveAsync(string peer, CancellationToken cancellationToken) => NoteAsync($"remove {peer}");

    public Task RenameAsync(string peer, string name, CancellationToken cancellationToken) => NoteAsync($"rename {peer} {name}");

    public Task SetAddressAsync(string peer, string address, CancellationToken cancellationToken) => NoteAsync($"address {peer} {address}");

    public Task SetRoleAsync(string peer, bool isAdministrator, CancellationToken cancellationToken) => NoteAsync($"role {peer} {isAdministrator}");

    public IReadOnlyList<string> GetRelays() => Relays;

    public Task SetRelaysAsync(IReadOnlyList<string> relays, CancellationToken cancellationToken)
    {
        Relays = relays;
        return NoteAsync($"relays {string.Join(' ', relays)}");
    }

    public Task StopAsync()
    {
        lock (_lock) _asked.Add("stop");
        _completion.TrySetResult();
        return Task.CompletedTask;
    }

    private Task NoteAsync(string what)
    {
        Note(what);
        return Task.CompletedTask;
    }

    private void Note(string what)
    {
        lock (_lock) _asked.Add(what);
        if (Refusal is not null) throw Refusal;
    }
}
