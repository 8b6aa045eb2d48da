using System.Text;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>
/// Races attempts over several addresses (after RFC 8305): the next one starts when the last one failed or after a while, the first that
/// succeeds wins, the others are cancelled. An attempt that succeeds too late is handed to <c>discard</c>.
/// </summary>
internal static class HappyEyeballs
{
    /// <summary>Runs the race.</summary>
    /// <exception cref="Libp2pException">Every attempt failed; the message lists them.</exception>
    public static async Task<T> RaceAsync<T>(
        IReadOnlyList<Multiaddress> addresses, Func<Multiaddress, CancellationToken, Task<T>> attempt, Action<T> discard,
        DialOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (addresses.Count == 1) return await attempt(addresses[0], cancellationToken);

        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<T>>();
        var failures = new List<(Multiaddress Address, Exception Error)>();
        var started = new Dictionary<Task<T>, Multiaddress>();
        var next = 0;
        try
        {
            while (true)
            {
                if (next < addresses.Count && running.Count < options.MaxParallelPerPeer)
                {
                    var task = attempt(addresses[next], losers.Token);
                    started.Add(task, addresses[next++]);
                    running.Add(task);
                }

                if (running.Count == 0) throw Failed(failures);
                var finished = await FirstAsync(running, next < addresses.Count, options, time, losers.Token);
                if (finished is null) continue;
                running.Remove(finished);
                if (finished.IsCompletedSuccessfully) return await finished;
                cancellationToken.ThrowIfCancellationRequested();
                failures.Add((started[finished], finished.Exception?.InnerException ?? new OperationCanceledException()));
            }
        }
        finally
        {
            await losers.CancelAsync();
            foreach (var late in running) _ = DiscardAsync(late, discard);
        }
    }

    // The first attempt to end, or null when the next one is due.
    private static async Task<Task<T>?> FirstAsync<T>(
        List<Task<T>> running, bool moreToStart, DialOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var first = Task.WhenAny(running);
        if (!moreToStart || running.Count >= options.MaxParallelPerPeer) return await first.WaitAsync(cancellationToken);
        try
        {
            return await first.WaitAsync(options.Stagger, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task DiscardAsync<T>(Task<T> late, Action<T> discard)
    {
        try
        {
            discard(await late);
        }
        catch (Exception error)
        {
            // It lost the race and then failed: nobody waits for it.
            _ = error;
        }
    }

    private static Exception Failed(List<(Multiaddress Address, Exception Error)> failures)
    {
        if (failures.Count == 1) return failures[0].Error;
        var message = new StringBuilder("None of the peer's ").Append(failures.Count).Append(" addresses could be connected.");
        foreach (var (address, error) in failures) message.Append("\n  ").Append(address).Append(": ").Append(error.Message);

        // When all fail alike (wrong peer, a limit of ours), that is the answer; else the peer could not be reached.
        var kinds = failures.Select(static f => (f.Error as Libp2pException)?.Error ?? Libp2pError.Unreachable).Distinct().ToArray();
        return new Libp2pException(kinds.Length == 1 ? kinds[0] : Libp2pError.Unreachable, message.ToString(), failures[^1].Error);
    }
}
