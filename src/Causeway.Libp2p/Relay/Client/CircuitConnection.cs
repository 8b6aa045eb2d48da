using System.IO.Pipelines;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Pipes;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>A raw connection that is a stream to a relay.</summary>
internal sealed class CircuitConnection : TransportConnection
{
    private readonly MuxedStream _stream;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closed;

    public CircuitConnection(MuxedStream stream, Multiaddress local, Multiaddress remote, bool isLimited)
    {
        _stream = stream;
        LocalAddress = local;
        RemoteAddress = remote;
        IsLimited = isLimited;
        Input = new StreamPipeReader(stream);
        Output = new StreamPipeWriter(stream);
    }

    public override Multiaddress LocalAddress { get; }

    public override Multiaddress RemoteAddress { get; }

    public override bool IsLimited { get; }

    public override PipeReader Input { get; }

    public override PipeWriter Output { get; }

    /// <summary>Completes when it has been closed or aborted here.</summary>
    public Task Ended => _ended.Task;

    public override void Abort()
    {
        Interlocked.Exchange(ref _closed, 1);
        _stream.Abort();
        _ended.TrySetResult();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _stream.CompleteWrites();
        await _stream.DisposeAsync();
        _ended.TrySetResult();
    }
}
