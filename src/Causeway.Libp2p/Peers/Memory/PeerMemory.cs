using Causeway.Multiformats;
using Causeway.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Peers.Memory;

/// <summary>
/// Keeps a peer store's knowledge in a database, written behind: changes are collected for a while and written together. What is not written yet when
/// the process is killed is lost, which costs a look-up; nothing waits for the disk.
/// </summary>
internal sealed class PeerMemory : IAsyncDisposable
{
    // The disk may be full: it is looked at again, but not with every change.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    private static readonly DatabaseOptions DatabaseOptions = new() { Durability = Durability.Process };

    private readonly PeerStore _store;
    private readonly PeerMemorySettings _settings;
    private readonly int _maxLoaded;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private Dictionary<PeerId, Change> _changes = [];
    private Database? _database;
    private Task _writing = Task.CompletedTask;
    private int _unpruned;
    private bool _isScheduled;
    private bool _isStopped;
    private bool _hasFailed;

    public PeerMemory(PeerStore store, PeerMemorySettings settings, int maxLoaded, TimeProvider time, ILogger log)
    {
        _store = store;
        _settings = settings;
        _maxLoaded = maxLoaded;
        _time = time;
        _log = log;
        _timer = time.CreateTimer(static self => ((PeerMemory)self!).Write(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private long Now => _time.GetUtcNow().UtcTicks;

    /// <summary>Fills the store with what is remembered, and remembers from now on.</summary>
    /// <exception cref="StorageException">The file cannot be used, for another reason than damage.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _database = await Database.OpenOrBeginAnewAsync(
            _settings.Path, PeerTable.Schema, DatabaseOptions, (movedTo, error) => _log.MovedAside(movedTo, error.Message), cancellationToken);
        await _database.WriteAsync(transaction => PeerTable.Prune(transaction, _settings.Options, Now), cancellationToken);
        var remembered = await _database.ReadAsync(transaction => PeerTable.Load(transaction, _maxLoaded, Now), cancellationToken);

        // The best last: the store forgets first what was used first.
        for (var i = remembered.Count - 1; i >= 0; i--) _store.Restore(remembered[i]);
        _log.Remembered(remembered.Count, _settings.Path);
        _store.Changed = peer => Note(peer, Change.Learnt);
        _store.Removed = peer => Note(peer, Change.Removed);
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _store.Changed = null;
        _store.Removed = null;
        Task writing;
        lock (_lock)
        {
            _isStopped = true;
            writing = _writing;
        }

        await _timer.DisposeAsync();
        await writing;
        if (_database is null) return;
        await WriteAsync(isLast: true);
        await _database.DisposeAsync();
    }

    private void Note(PeerId peer, Change change)
    {
        lock (_lock)
        {
            // More than are kept need not be written; those of the surplus that matter will change again.
            if (_isStopped || (_changes.Count >= _settings.Options.MaxPeers && !_changes.ContainsKey(peer))) return;
            _changes[peer] = change;
            if (_isScheduled) return;
            _isScheduled = true;
            _timer.Change(_hasFailed ? RetryDelay : _settings.Options.WriteDelay, Timeout.InfiniteTimeSpan);
        }
    }

    // What happened to the peer since then stands.
    private void NoteAgain(PeerId peer, Change change)
    {
        lock (_lock)
        {
            if (!_changes.ContainsKey(peer)) Note(peer, change);
        }
    }

    private void Write()
    {
        lock (_lock)
        {
            if (!_isStopped) _writing = Task.Run(() => WriteAsync(isLast: false));
        }
    }

    private async Task WriteAsync(bool isLast)
    {
        Dictionary<PeerId, Change> changes;
        lock (_lock) (changes, _changes, _isScheduled) = (_changes, [], false);
        try
        {
            await _database!.WriteAsync(transaction => Save(transaction, changes, isLast));
            if (_hasFailed) _log.WritesAgain();
            _hasFailed = false;
        }
        catch (Exception error)
        {
            var isFirst = !_hasFailed;
            _hasFailed = true;
            foreach (var (peer, change) in changes) NoteAgain(peer, change);
            if (isFirst) _log.CannotWrite(error.Message);
        }
    }

    private void Save(Transaction transaction, Dictionary<PeerId, Change> changes, bool isLast)
    {
        var now = Now;
        foreach (var (peer, change) in changes)
        {
            if (_store.SnapshotOf(peer) is { } snapshot) PeerTable.Save(transaction, snapshot, now);
            else if (change == Change.Removed) PeerTable.Remove(transaction, peer);
        }

        // Looks at every peer: not each time.
        _unpruned += changes.Count;
        if (!isLast && _unpruned < _settings.Options.MaxPeers / 8) return;
        PeerTable.Prune(transaction, _settings.Options, now);
        _unpruned = 0;
    }

    private enum Change
    {
        Learnt,
        Removed,
    }
}
