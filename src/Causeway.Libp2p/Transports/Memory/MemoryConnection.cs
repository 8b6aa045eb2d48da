using System.IO.Pipelines;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Memory;

/// <summary>One end of a pair of pipes.</summary>
internal sealed class MemoryConnection : TransportConnection
{
    // Linux gives a loopback socket about this much before a writer has to wait.
    private const int PauseWriterAt = 256 * 1024;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: PauseWriterAt, resumeWriterThreshold: PauseWriterAt / 2, minimumSegmentSize: 4096, useSynchronizationContext: false);

    private readonly MemoryPipeReader _input;
    private readonly MemoryPipeWriter _output;
    private MemoryConnection _other = null!;

    private MemoryConnection(Multiaddress local, Multiaddress remote, Pipe inbound, Pipe outbound)
    {
        LocalAddress = local;
        RemoteAddress = remote;
        _input = new MemoryPipeReader(inbound.Reader);
        _output = new MemoryPipeWriter(outbound.Writer);
    }

    public static (MemoryConnection Dialer, MemoryConnection Listener) CreatePair(Multiaddress dialer, Multiaddress listener)
    {
        var there = new Pipe(Options);
        var back = new Pipe(Options);
        var ours = new MemoryConnection(dialer, listener, back, there);
        var theirs = new MemoryConnection(listener, dialer, there, back) { _other = ours };
        ours._other = theirs;
        return (ours, theirs);
    }

    public override Multiaddress LocalAddress { get; }

    public override Multiaddress RemoteAddress { get; }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override void Abort()
    {
        if (!_output.TryEnd(Closed())) return;
        _input.End(Closed());
        var reset = new Libp2pException(Libp2pError.ConnectionClosed, "The other end reset the connection.");
        _other._input.End(reset);
        _ = _other._output.TryEnd(reset);
    }

    public override ValueTask DisposeAsync()
    {
        // What was flushed still arrives, followed by the end of data; what the other end writes from now on goes nowhere.
        _output.Complete();
        if (_output.TryEnd(Closed()))
        {
            _input.End(Closed());
            _ = _other._output.TryEnd(new Libp2pException(Libp2pError.ConnectionClosed, "The other end closed the connection."));
        }

        return ValueTask.CompletedTask;
    }

    private static Libp2pException Closed() => new(Libp2pError.ConnectionClosed, "The connection was closed here.");
}
