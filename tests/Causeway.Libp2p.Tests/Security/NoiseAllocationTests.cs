using System.Buffers;
using System.IO.Pipelines;
using Causeway.Libp2p.Security.Noise;

namespace Causeway.Libp2p.Tests.Security;

/// <summary>The buffers come from pools that the whole process shares: what others take out of them would have to be allocated here.</summary>
[Collection(AloneCollection.Name)]
public sealed class NoiseAllocationTests
{
    [Fact]
    public async Task Frames_allocate_nothing_in_steady_state()
    {
        var wire = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        var (send, receive) = NoiseChannels.Ciphers();
        var (writer, reader) = (new NoiseWriter(wire.Writer, send), new NoiseReader(wire.Reader, receive));
        var data = new byte[3000];
        for (var i = 0; i < 2000; i++) await RoundTripAsync();
        var thread = Environment.CurrentManagedThreadId;
        var before = GC.GetAllocatedBytesForCurrentThread();

        // Everything is there when it is asked for, so all of this runs on this thread.
        for (var i = 0; i < 1000; i++) await RoundTripAsync();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.Equal(0, allocated);

        async ValueTask RoundTripAsync()
        {
            writer.Write(data);
            await writer.FlushAsync(CancellationToken.None);
            var result = await reader.ReadAsync(CancellationToken.None);
            reader.AdvanceTo(result.Buffer.End);
        }
    }
}
