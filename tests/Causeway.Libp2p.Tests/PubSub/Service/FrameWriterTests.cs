using Causeway.Libp2p.Connections;
using Causeway.Libp2p.PubSub.Service;
using Causeway.Libp2p.Streams;

namespace Causeway.Libp2p.Tests.PubSub.Service;

public sealed class FrameWriterTests
{
    [Fact]
    public async Task A_stream_that_cannot_be_ended_does_not_keep_the_next_one_waiting()
    {
        var stream = new EndlessStream();
        var writer = new FrameWriter(stream, new FrameQueue(1, 1), TimeSpan.FromSeconds(1), new ManualTimeProvider(), static (_, _) => { }, static _ => { });
        await writer.RetireAsync().WaitAsync(Some.Patience);
        Assert.True(stream.IsAborted);
    }

    /// <summary>Fails to end.</summary>
    private sealed class EndlessStream : Libp2pStream
    {
        public bool IsAborted { get; private set; }

        public override string Protocol => "/any";

        public override IConnection Connection => throw new NotSupportedException();

        public override long Id => 1;

        public override bool IsInbound => false;

        public override Task ReadsClosed => Task.CompletedTask;

        public override Task WritesClosed => Task.CompletedTask;

        public override void CompleteWrites() => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, bool completeWrites, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override void Abort(long errorCode = 0) => IsAborted = true;

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            throw new IOException("broken");
        }
    }
}
