using System.Collections.Concurrent;
using Causeway.Storage;
using Causeway.Storage.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>
/// The holds of a node, as rows that every node's collections see. They are good for a time, by the server's clock, and prolonged well before it is over; those
/// of a node that died end by themselves.
/// </summary>
internal sealed class PostgresHolds : IAsyncDisposable
{
    // Two may fail before a hold is in danger.
    private const int ProlongationsPerLease = 4;

    private readonly PostgresDatabase _database;
    private readonly TimeSpan _lease;
    private readonly ILogger _log;
    private readonly HoldSet _epochs = new();
    private readonly ConcurrentDictionary<Guid, long> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _beats;
    private readonly Task _running;

    public PostgresHolds(PostgresDatabase database, TimeSpan lease, TimeProvider time, ILogger log)
    {
        _database = database;
        _lease = lease;
        _log = log;
        _beats = new PeriodicTimer(lease / ProlongationsPerLease, time);
        _running = RunAsync();
    }

    /// <summary>The epoch of the newest hold, -1 while there is none.</summary>
    public long Newest => _epochs.Newest;

    public async ValueTask<IAsyncDisposable> OpenAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var epoch = await _database.WriteAsync((transaction, stop) => InsertAsync(transaction, id, stop), cancellationToken);
        _open[id] = epoch;
        _epochs.Add(epoch);
        return new Hold(() => CloseAsync(id, epoch));
    }

    /// <summary>Says that this node lives; for all holds at once.</summary>
    public async Task ProlongAsync(CancellationToken cancellationToken)
    {
        var open = _open.ToArray();
        if (open.Length == 0) return;

        // One that is gone was taken for a dead node's; it is there again, for what was not collected meanwhile.
        var lost = await _database.WriteAsync(
            async (transaction, stop) => (await transaction.Command(
                """
                WITH held AS (
                    INSERT INTO block_holds SELECT id, epoch, now() + $3 FROM unnest($1, $2) AS held (id, epoch) ORDER BY id
                    ON CONFLICT (id) DO UPDATE SET expires = excluded.expires RETURNING xmax = 0 AS is_new
                )
                SELECT count(*) FROM held WHERE is_new
                """,
                open.Select(static hold => hold.Key).ToArray(),
                open.Select(static hold => hold.Value).ToArray(),
                _lease).ListAsync(static row => row.GetInt64(0), stop))[0],
            cancellationToken);

        // Those that were closed meanwhile must not come back.
        var closed = open.Where(hold => !_open.ContainsKey(hold.Key)).Select(static hold => hold.Key).ToArray();
        if (lost > closed.Length) _log.HoldsLost(lost - closed.Length);
        if (closed.Length > 0) await DeleteAsync(closed, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _beats.Dispose();
        _stop.Dispose();
    }

    private async Task<long> InsertAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        // Locked until the commit: no epoch begins in between.
        var epoch = (await transaction.Command("SELECT epoch FROM block_epoch FOR SHARE").ListAsync(static row => row.GetInt64(0), cancellationToken))[0];
        await transaction.Command("INSERT INTO block_holds VALUES ($1, $2, now() + $3)", id, epoch, _lease).RunAsync(cancellationToken);
        return epoch;
    }

    private async ValueTask CloseAsync(Guid id, long epoch)
    {
        _epochs.Remove(epoch);
        _open.TryRemove(id, out _);
        try
        {
            await DeleteAsync([id], CancellationToken.None);
        }
        catch (StorageException error)
        {
            // It ends by itself.
            _log.HoldNotRemoved(error);
        }
    }

    private Task<int> DeleteAsync(Guid[] ids, CancellationToken cancellationToken) => _database.WriteAsync(
        (transaction, stop) => transaction.Command("DELETE FROM block_holds WHERE id = ANY ($1)", ids).RunAsync(stop), cancellationToken);

    private async Task RunAsync()
    {
        try
        {
            while (await _beats.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await ProlongAsync(_stop.Token);
                }
                catch (StorageException error)
                {
                    _log.HoldsNotProlonged(error);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }
}
