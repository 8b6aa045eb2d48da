using Causeway.Libp2p.Connections.Dialing;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class SharedDialsTests
{
    private readonly SharedDials<string> _dials = new();
    private readonly TaskCompletionSource<string> _end = new();
    private readonly TaskCompletionSource<CancellationToken> _started = new();
    private int _count;

    [Fact]
    public async Task Simultaneous_callers_share_one_dial()
    {
        var peer = NewPeer();
        var callers = Enumerable.Range(0, 10).Select(_ => _dials.JoinAsync(peer, Dial, Patience)).ToArray();
        await _started.Task;
        _end.SetResult("connected");
        Assert.All(await Task.WhenAll(callers), result => Assert.Equal("connected", result));
        Assert.Equal(1, _count);
        Assert.Equal(0, _dials.Count);
    }

    [Fact]
    public async Task The_dial_is_cancelled_when_the_last_caller_has_given_up()
    {
        var peer = NewPeer();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var (one, two) = (_dials.JoinAsync(peer, Dial, first.Token), _dials.JoinAsync(peer, Dial, second.Token));
        var token = await _started.Task;
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(token.IsCancellationRequested);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(0, _dials.Count);
    }

    [Fact]
    public async Task A_failure_reaches_every_caller_and_the_next_call_dials_again()
    {
        var peer = NewPeer();
        var callers = Enumerable.Range(0, 3).Select(_ => _dials.JoinAsync(peer, Dial, Patience)).ToArray();
        await _started.Task;
        _end.SetException(new Libp2pException(Libp2pError.Unreachable, "nobody there"));
        foreach (var caller in callers) await Assert.ThrowsAsync<Libp2pException>(() => caller);
        Assert.Equal("again", await _dials.JoinAsync(peer, _ => Task.FromResult("again"), Patience));
    }

    [Fact]
    public async Task Different_peers_are_dialed_beside_each_other()
    {
        var slow = _dials.JoinAsync(NewPeer(), Dial, Patience);
        Assert.Equal("fast", await _dials.JoinAsync(NewPeer(), _ => Task.FromResult("fast"), Patience));
        _end.SetResult("slow");
        Assert.Equal("slow", await slow);
    }

    private Task<string> Dial(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        _started.TrySetResult(cancellationToken);
        return _end.Task.WaitAsync(cancellationToken);
    }
}
