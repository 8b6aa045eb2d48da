using Causeway.Libp2p.Discovery.Mdns;
using Causeway.Multiformats;
using Causeway.Network.Dns;

namespace Causeway.Libp2p.Tests.Discovery;

/// <summary>A local network with two interfaces (a loopback one and another): what one service sends, all receive, itself included.</summary>
internal sealed class MulticastWire
{
    private readonly List<Action<ReadOnlyMemory<byte>>> _receivers = [];
    private readonly List<(bool Loopback, DnsMessage Message)> _sent = [];

    /// <summary>Whether sending fails.</summary>
    public bool IsBroken { get; set; }

    public IEnumerable<DnsMessage> Messages => _sent.Select(s => s.Message);

    public int Responses => _sent.Count(s => s.Message.IsResponse);

    /// <summary>Queries on one of the interfaces.</summary>
    public int Queries => _sent.Count(s => !s.Message.IsResponse && !s.Loopback);

    public IEnumerable<Multiaddress> Announced(bool onLoopback) => _sent
        .Where(s => s.Loopback == onLoopback)
        .SelectMany(s => MdnsMessages.Peers(s.Message, DnsName.Parse("_p2p._udp.local")))
        .SelectMany(p => p.Addresses);

    public IMulticastChannel Connect() => new Channel(this);

    public void Inject(byte[] datagram)
    {
        foreach (var receiver in _receivers.ToArray()) receiver(datagram);
    }

    private sealed class Channel(MulticastWire wire) : IMulticastChannel
    {
        public event Action Changed
        {
            add { }
            remove { }
        }

        public void Start(Action<ReadOnlyMemory<byte>> received) => wire._receivers.Add(received);

        public void Send(Func<bool, byte[]?> message)
        {
            if (wire.IsBroken) throw new InvalidOperationException("No interface.");
            foreach (var loopback in new[] { true, false })
            {
                if (message(loopback) is not { } bytes) continue;
                wire._sent.Add((loopback, DnsMessage.Decode(bytes)));
                wire.Inject(bytes);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
