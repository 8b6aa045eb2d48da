using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>A machine of a <see cref="SimulatedInternet"/> as a transport.</summary>
internal sealed class SimulatedMachine(SimulatedInternet internet, IPAddress address, SimulatedNat? nat, bool reusePort) : ITransport
{
    private IPEndPoint? _listening;

    /// <summary>Every address dialed, in order.</summary>
    public Channel<Multiaddress> Dialed { get; } = Channel.CreateUnbounded<Multiaddress>();

    public IPAddress Address => address;

    public bool CanDial(Multiaddress target) => target.WithoutPeerId().Components.Count == 2 && target.TryGetTcpEndPoint(out var endPoint) && endPoint.Port != 0;

    public bool CanListen(Multiaddress target) => target.Components.Count == 2 && target.TryGetTcpEndPoint(out _);

    /// <summary>The same machine, dialing from other ports than the listener's.</summary>
    public SimulatedMachine WithoutReuse() => new(internet, address, nat, reusePort: false) { Trace = Dialed };

    private Channel<Multiaddress>? Trace { get; init; }

    public ValueTask<TransportConnection> DialAsync(Multiaddress target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (Trace ?? Dialed).Writer.TryWrite(target.WithoutPeerId());
        _ = target.TryGetTcpEndPoint(out var endPoint);
        var source = reusePort && _listening is { } own ? own : new IPEndPoint(address, internet.NextPort());
        return new ValueTask<TransportConnection>(internet.Connect(source, nat, endPoint!));
    }

    public ValueTask<ITransportListener> ListenAsync(Multiaddress target, CancellationToken cancellationToken)
    {
        _ = target.TryGetTcpEndPoint(out var endPoint);
        var listener = internet.Listen(endPoint!);
        _ = listener.Address.TryGetTcpEndPoint(out _listening);
        return new ValueTask<ITransportListener>(listener);
    }
}

/// <summary>A listener of a simulated machine.</summary>
internal sealed class SimulatedListener(Multiaddress address, Action remove) : ITransportListener
{
    private readonly Channel<SimulatedConnection> _waiting = Channel.CreateUnbounded<SimulatedConnection>();

    public Multiaddress Address => address;

    public void Offer(SimulatedConnection connection) => _waiting.Writer.TryWrite(connection);

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        remove();
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A connection whose ends see what NATs let them see.</summary>
internal sealed class SimulatedConnection(TransportConnection inner, Multiaddress local, Multiaddress remote) : TransportConnection
{
    public override Multiaddress LocalAddress => local;

    public override Multiaddress RemoteAddress => remote;

    public override PipeReader Input => inner.Input;

    public override PipeWriter Output => inner.Output;

    public override void Abort() => inner.Abort();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
