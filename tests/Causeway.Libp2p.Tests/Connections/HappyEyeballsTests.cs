using Causeway.Libp2p.Connections.Dialing;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class HappyEyeballsTests
{
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly ManualTimeProvider _time = new();
    private readonly Attempts _attempts = new();
    private readonly List<string> _discarded = [];

    [Fact]
    public async Task The_second_address_is_tried_after_a_quarter_second_and_the_first_success_wins()
    {
        var race = Race(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"));
        await _attempts.StartedAsync(1);
        _time.Advance(Stagger - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _attempts.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _attempts.StartedAsync(2);
        _attempts[1].Succeed();
        Assert.Equal("/ip4/2.2.2.2/tcp/2", await race);
        Assert.True(_attempts[0].Token.IsCancellationRequested);
    }

    [Fact]
    public async Task A_failure_starts_the_next_address_at_once()
    {
        var race = Race(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"));
        await _attempts.StartedAsync(1);
        _attempts[0].Fail(Libp2pError.Unreachable);
        await _attempts.StartedAsync(2);
        _attempts[1].Succeed();
        Assert.Equal("/ip4/2.2.2.2/tcp/2", await race);
    }

    [Fact]
    public async Task A_loser_that_succeeds_late_is_discarded()
    {
        var race = Race(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"));
        await _attempts.StartedAsync(1);
        _time.Advance(Stagger);
        await _attempts.StartedAsync(2);
        _attempts[1].Succeed();
        await race;
        _attempts[0].Succeed();
        await _attempts[0].Task;
        Assert.Equal(["/ip4/1.1.1.1/tcp/1"], await DiscardedAsync());
    }

    [Fact]
    public async Task When_all_fail_every_reason_is_told()
    {
        var race = Race(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2", "/ip4/3.3.3.3/tcp/3"));
        for (var i = 0; i < 3; i++)
        {
            await _attempts.StartedAsync(i + 1);
            _attempts[i].Fail(i == 1 ? Libp2pError.WrongPeer : Libp2pError.TimedOut, $"reason {i}");
        }

        var error = await Assert.ThrowsAsync<Libp2pException>(() => race);
        Assert.Equal(Libp2pError.Unreachable, error.Error);
        for (var i = 0; i < 3; i++) Assert.Contains($"reason {i}", error.Message);
    }

    [Fact]
    public async Task When_all_fail_alike_the_kind_is_kept()
    {
        var race = Race(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"));
        for (var i = 0; i < 2; i++)
        {
            await _attempts.StartedAsync(i + 1);
            _attempts[i].Fail(Libp2pError.WrongPeer);
        }

        Assert.Equal(Libp2pError.WrongPeer, (await Assert.ThrowsAsync<Libp2pException>(() => race)).Error);
    }

    [Fact]
    public async Task Cancelling_the_race_cancels_every_attempt()
    {
        using var cancellation = new CancellationTokenSource();
        var race = Race(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"), cancellationToken: cancellation.Token);
        await _attempts.StartedAsync(1);
        _time.Advance(Stagger);
        await _attempts.StartedAsync(2);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
        Assert.True(_attempts[0].Token.IsCancellationRequested);
        Assert.True(_attempts[1].Token.IsCancellationRequested);
    }

    [Fact]
    public async Task No_more_attempts_run_at_once_than_allowed()
    {
        var race = Race([.. Enumerable.Range(1, 20).Select(i => Address($"/ip4/1.1.1.1/tcp/{i}"))], options: new DialOptions { MaxParallelPerPeer = 3 });
        for (var i = 1; i <= 3; i++)
        {
            await _attempts.StartedAsync(i);
            _time.Advance(Stagger);
        }

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(3, _attempts.Count);
        _attempts[0].Fail(Libp2pError.Unreachable);
        await _attempts.StartedAsync(4);
        _attempts[3].Succeed();
        Assert.Equal("/ip4/1.1.1.1/tcp/4", await race);
    }

    [Fact]
    public void Near_addresses_come_first_and_families_take_turns()
    {
        var ordered = AddressRanking.Order(Addresses(
            "/ip4/8.8.8.8/tcp/1",
            "/ip4/8.8.4.4/tcp/1",
            "/ip6/2001:db8::1/tcp/1",
            "/ip4/1.2.3.4/tcp/1/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB/p2p-circuit",
            "/ip4/192.168.1.5/tcp/1",
            "/ip6/fd00::1/tcp/1",
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/127.0.0.1/tcp/1",
            "/ip6/::1/tcp/1",
            "/memory/x"));
        Assert.Equal(
            [
                "/memory/x", "/ip6/::1/tcp/1", "/ip4/127.0.0.1/tcp/1", "/ip6/fd00::1/tcp/1", "/ip4/192.168.1.5/tcp/1",
                "/ip6/2001:db8::1/tcp/1", "/ip4/8.8.8.8/tcp/1", "/ip4/8.8.4.4/tcp/1",
                "/ip4/1.2.3.4/tcp/1/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB/p2p-circuit",
            ],
            ordered.Select(a => a.ToString()));
    }

    private Task<string> Race(IReadOnlyList<Multiaddress> addresses, DialOptions? options = null, CancellationToken cancellationToken = default) =>
        HappyEyeballs.RaceAsync(addresses, _attempts.Start, Discard, options ?? new DialOptions(), _time, cancellationToken);

    private void Discard(string late)
    {
        lock (_discarded) _discarded.Add(late);
    }

    private async Task<string[]> DiscardedAsync()
    {
        while (true)
        {
            lock (_discarded)
            {
                if (_discarded.Count > 0) return [.. _discarded];
            }

            await Task.Yield();
        }
    }

    /// <summary>Attempts that end when the test says so.</summary>
    private sealed class Attempts
    {
        private readonly Lock _lock = new();
        private readonly List<Attempt> _started = [];
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count
        {
            get
            {
                lock (_lock) return _started.Count;
            }
        }

        public Attempt this[int index]
        {
            get
            {
                lock (_lock) return _started[index];
            }
        }

        public Task<string> Start(Multiaddress address, CancellationToken token)
        {
            var attempt = new Attempt(address, token);
            TaskCompletionSource changed;
            lock (_lock)
            {
                _started.Add(attempt);
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
            return attempt.Task;
        }

        public async Task StartedAsync(int count)
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_started.Count >= count) return;
                    changed = _changed.Task;
                }

                await changed.WaitAsync(Patience);
            }
        }
    }

    private sealed class Attempt(Multiaddress address, CancellationToken token)
    {
        private readonly TaskCompletionSource<string> _end = new();

        public CancellationToken Token => token;

        public Task<string> Task => _end.Task;

        public void Succeed() => _end.SetResult(address.ToString());

        public void Fail(Libp2pError error, string message = "failed") => _end.SetException(new Libp2pException(error, message));
    }
}
