using System.IO.Pipelines;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>Stands in for a relay: <c>/memory/&lt;name&gt;/p2p-circuit</c> leads to <c>/memory/&lt;name&gt;</c>, and the dialing side sees a relayed connection.</summary>
internal sealed class RelayedMemoryTransport(MemoryNetwork network, bool isLimited) : ITransport
{
    private readonly MemoryTransport _inner = new(network);

    public static Multiaddress Through(Multiaddress address) => Multiaddress.Parse($"{address.WithoutPeerId()}/p2p-circuit");

    public bool CanDial(Multiaddress address) => address.IsRelayed;

    public bool CanListen(Multiaddress address) => false;

    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken) =>
        new Relayed(await _inner.DialAsync(address.Decapsulate("p2p-circuit"), cancellationToken), address.WithoutPeerId(), isLimited);

    public ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

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
