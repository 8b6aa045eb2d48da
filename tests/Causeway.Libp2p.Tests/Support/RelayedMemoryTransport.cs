using System.IO.Pipelines;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>Stands in for a relay: what is dialed or listened on as <c>/memory/&lt;name&gt;/p2p-circuit</c> is <c>/memory/&lt;name&gt;</c>, and looks relayed.</summary>
internal sealed class RelayedMemoryTransport(MemoryNetwork network, bool isLimited) : ITransport
{
    private readonly MemoryTransport _inner = new(network);

    public static Multiaddress Through(Multiaddress address) => Multiaddress.Parse($"{address.WithoutPeerId()}/p2p-circuit");

    public bool CanDial(Multiaddress address) => address.IsRelayed;

    public bool CanListen(Multiaddress address) => address.IsRelayed;

    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken) =>
        new Relayed(await _inner.DialAsync(address.Decapsulate("p2p-circuit"), cancellationToken), address.WithoutPeerId(), isLimited);

    public async ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken) =>
        new Listener(await _inner.ListenAsync(address.Decapsulate("p2p-circuit"), cancellationToken), address, isLimited);

    private sealed class Listener(ITransportListener inner, Multiaddress address, bool isLimited) : ITransportListener
    {
        public Multiaddress Address => address;

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken) is { } raw ? new Relayed(raw, Through(raw.RemoteAddress), isLimited) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Relayed(TransportConnection inner, Multiaddress remote, bool isLimited) : TransportConnection
    {
        public override Multiaddress LocalAddress => inner.LocalAddress;

        public override Multiaddress RemoteAddress => remote;

        public override bool IsLimited => isLimited;

        public override PipeReader Input => inner.Input;

        public override PipeWriter Output => inner.Output;

        public override void Abort() => inner.Abort();

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
