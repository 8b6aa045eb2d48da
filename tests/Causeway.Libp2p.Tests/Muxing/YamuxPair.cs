using System.IO.Pipelines;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>Two muxers, or one muxer and bare hands, on an in-memory connection.</summary>
internal sealed class YamuxPair : IAsyncDisposable
{
    public YamuxPair(YamuxOptions? options = null, YamuxOptions? otherOptions = null, PipeOptions? pipes = null, long memory = long.MaxValue)
    {
        var (a, b) = DuplexPipe.CreatePair(pipes);
        DialerMemory = new CountingScope(memory);
        ListenerMemory = new CountingScope(memory);
        Dialer = new YamuxProtocol(options, Time).Start(a, ConnectionRole.Initiator, DialerMemory);
        Listener = new YamuxProtocol(otherOptions ?? options, Time).Start(b, ConnectionRole.Responder, ListenerMemory);
    }

    public ManualTimeProvider Time { get; } = new();

    public CountingScope DialerMemory { get; }

    public CountingScope ListenerMemory { get; }

    public IMuxer Dialer { get; }

    public IMuxer Listener { get; }

    /// <summary>A stream from dialer to listener, with one byte each way exchanged.</summary>
    public async Task<(MuxedStream Ours, MuxedStream Theirs)> OpenAsync()
    {
        var ours = await Dialer.OpenStreamAsync(CancellationToken.None);
        await ours.WriteAsync(new byte[] { 1 });
        var theirs = await Listener.AcceptStreamAsync(CancellationToken.None);
        Assert.NotNull(theirs);
        await theirs.ReadExactlyAsync(new byte[1]);
        await theirs.WriteAsync(new byte[] { 2 });
        await ours.ReadExactlyAsync(new byte[1]);
        return (ours, theirs);
    }

    public async ValueTask DisposeAsync()
    {
        Dialer.Abort(new InvalidOperationException("The test is over."));
        Listener.Abort(new InvalidOperationException("The test is over."));
        await Dialer.Closed;
        await Listener.Closed;
    }
}

internal sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;

    public static (IDuplexPipe A, IDuplexPipe B) CreatePair(PipeOptions? options = null)
    {
        options ??= new PipeOptions(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        return (new DuplexPipe(back.Reader, there.Writer), new DuplexPipe(there.Reader, back.Writer));
    }
}

internal sealed class CountingScope(long limit = long.MaxValue) : IMemoryScope
{
    private long _reserved;

    public long Reserved => Interlocked.Read(ref _reserved);

    public long Peak { get; private set; }

    public bool TryReserve(long bytes)
    {
        Assert.True(bytes > 0);
        var now = Interlocked.Add(ref _reserved, bytes);
        if (now > limit)
        {
            Interlocked.Add(ref _reserved, -bytes);
            return false;
        }

        lock (this) Peak = Math.Max(Peak, now);
        return true;
    }

    public void Release(long bytes)
    {
        Assert.True(bytes > 0);
        Assert.True(Interlocked.Add(ref _reserved, -bytes) >= 0, "More was released than reserved.");
    }
}
