using System.IO.Pipelines;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>What is measured for the whole process, so that no other test may run at the same time.</summary>
[Collection(AloneCollection.Name)]
public sealed class YamuxMemoryTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(60_000)]
    public async Task Frames_allocate_nothing_in_steady_state(int size)
    {
        // A pipe's own scheduler allocates a work item for each wake-up.
        await using var pair = new YamuxPair(pipes: new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1 << 18, resumeWriterThreshold: 1 << 17, useSynchronizationContext: false));
        var (ours, theirs) = await pair.OpenAsync();
        var echo = Task.Run(async () =>
        {
            var buffer = new byte[size];
            for (var n = size; n == size;)
            {
                n = await theirs.ReadAtLeastAsync(buffer, size, throwOnEndOfStream: false);
                await theirs.WriteAsync(buffer.AsMemory(0, n));
            }
        });
        var message = new byte[size];

        // Away from the test framework's synchronisation context, which allocates for each await.
        await Task.Run(() => ExchangeAsync(3000));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        const int Count = 10_000;
        await Task.Run(() => ExchangeAsync(Count));
        var perFrame = (GC.GetTotalAllocatedBytes(precise: true) - before) / (2.0 * Count);

        // The runtime compiles hot code anew in the background; one object per frame would be at least 24 bytes.
        Assert.True(perFrame < 8, $"{perFrame} bytes were allocated per frame.");
        ours.CompleteWrites();
        await echo;

        async Task ExchangeAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await ours.WriteAsync(message);
                await ours.ReadExactlyAsync(message);
            }
        }
    }

    [Fact]
    public async Task Closed_streams_and_connections_can_be_collected()
    {
        var (muxer, stream, scope) = await Task.Run(UseAndForgetAsync);

        // Whoever completed the last task may not have returned yet.
        await Eventually.HoldsAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return !stream.IsAlive && !muxer.IsAlive;
        });
        Assert.Equal(0, scope.Reserved);
    }

    private static async Task<(WeakReference Muxer, WeakReference Stream, CountingScope Scope)> UseAndForgetAsync()
    {
        var peer = new RawPeer(ConnectionRole.Responder);
        MuxedStream stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, Causeway.Libp2p.Muxing.Yamux.FrameFlags.None, new byte[100_000]);
        await stream.ReadExactlyAsync(new byte[1000]);
        await stream.DisposeAsync();
        peer.CloseOutput();
        await peer.Muxer.Closed;
        await peer.DisposeAsync();
        return (new WeakReference(peer.Muxer), new WeakReference(stream), peer.Memory);
    }
}
