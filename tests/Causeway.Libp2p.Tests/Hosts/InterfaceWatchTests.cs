using System.Threading.Channels;
using Causeway.Libp2p.Hosts;
using Causeway.Network.Netlink;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class InterfaceWatchTests
{
    private readonly Channel<NetworkEvent> _kernel = Channel.CreateUnbounded<NetworkEvent>();
    private readonly Channel<int> _told = Channel.CreateUnbounded<int>();
    private readonly InterfaceWatch _watch;
    private int _readers;

    public InterfaceWatchTests() => _watch = new InterfaceWatch(ReadAsync, TimeProvider.System);

    [Fact]
    public async Task A_change_is_told_to_every_host_at_once()
    {
        using var one = _watch.Subscribe(() => _told.Writer.TryWrite(1));
        using var other = _watch.Subscribe(() => _told.Writer.TryWrite(2));
        _kernel.Writer.TryWrite(new NetworkEvent.Missed());
        Assert.Equal(1, await _told.Reader.ReadAsync(Patience));
        Assert.Equal(2, await _told.Reader.ReadAsync(Patience));
        Assert.Equal(1, Volatile.Read(ref _readers));
    }

    [Fact]
    public async Task The_kernel_is_listened_to_only_while_somebody_wants_to_know()
    {
        for (var i = 0; i < 3; i++)
        {
            using (_watch.Subscribe(() => _told.Writer.TryWrite(1)))
            {
                _kernel.Writer.TryWrite(new NetworkEvent.Missed());
                await _told.Reader.ReadAsync(Patience);
            }

            await Eventually.HoldsAsync(() => Volatile.Read(ref _readers) == 0);
        }
    }

    [Fact]
    public async Task A_kernel_that_tells_nothing_is_no_error()
    {
        var mute = new InterfaceWatch(static _ => throw new PlatformNotSupportedException(), TimeProvider.System);
        using var subscription = mute.Subscribe(() => Assert.Fail("Nothing has changed."));
        await Task.Yield();
    }

    private async IAsyncEnumerable<NetworkEvent> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readers);
        try
        {
            await foreach (var change in _kernel.Reader.ReadAllAsync(cancellationToken)) yield return change;
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }
}
