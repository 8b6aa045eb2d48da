using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports.Memory;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Hosts that are stopped while they start.</summary>
public sealed class HostStartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_is_disposed_while_it_starts_leaves_nothing_behind(bool heedsToken)
    {
        var time = new CountingTime();
        var network = new MemoryNetwork();
        var discovery = new SlowDiscovery(heedsToken);
        var host = new HostBuilder().UseTime(time).UseMemory(network).Listen("/memory/here").Use(_ => discovery).Build();
        var starting = host.StartAsync(Patience);
        await discovery.Entered.Task.WaitAsync(Patience);
        var stopping = host.DisposeAsync().AsTask();
        if (!heedsToken) discovery.Leave.SetResult();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => starting.WaitAsync(Patience));
        await stopping.WaitAsync(Patience);
        Assert.True(discovery.IsDisposed);
        Assert.Equal(0, time.PeriodicTimers);
        await using var next = new HostBuilder().UseMemory(network).Listen("/memory/here").Build();
        await next.StartAsync(Patience);
    }

    [Fact]
    public async Task A_host_that_runs_has_an_upkeep_timer_until_it_is_disposed()
    {
        var time = new CountingTime();
        var host = new HostBuilder().UseTime(time).UseMemory(new MemoryNetwork()).Listen("/memory/here").Build();
        await host.StartAsync(Patience);
        Assert.Equal(1, time.PeriodicTimers);
        await host.DisposeAsync();
        Assert.Equal(0, time.PeriodicTimers);
    }

    private sealed class SlowDiscovery(bool heedsToken) : IHostComponent
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Leave { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDisposed { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken = default)
        {
            Entered.SetResult();
            return Leave.Task.WaitAsync(heedsToken ? cancellationToken : CancellationToken.None);
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class CountingTime : TimeProvider
    {
        private int _periodic;

        public int PeriodicTimers => Volatile.Read(ref _periodic);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (period == Timeout.InfiniteTimeSpan) return timer;
            Interlocked.Increment(ref _periodic);
            return new Counted(timer, this);
        }

        private sealed class Counted(ITimer inner, CountingTime owner) : ITimer
        {
            private int _disposed;

            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _disposed, 1) == 0) Interlocked.Decrement(ref owner._periodic);
                inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
