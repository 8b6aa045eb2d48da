using System.Collections.Frozen;
using Causeway.Multiformats.Addresses.Values;

namespace Causeway.Multiformats.Addresses;

/// <summary>The protocols of <c>multiformats/multiaddr</c>, <c>protocols.csv</c>.</summary>
internal static class AddressProtocols
{
    /// <summary>IPv4.</summary>
    public static readonly AddressProtocol Ip4 = new("ip4", 4, 4, new Ip4Value());

    /// <summary>IPv6.</summary>
    public static readonly AddressProtocol Ip6 = new("ip6", 41, 16, new Ip6Value());

    /// <summary>The zone of the IPv6 address that follows.</summary>
    public static readonly AddressProtocol Ip6Zone = new("ip6zone", 42, AddressProtocol.Variable, new TextValue("an IPv6 zone such as eth0", 64));

    /// <summary>TCP.</summary>
    public static readonly AddressProtocol Tcp = new("tcp", 6, 2, Port);

    /// <summary>UDP.</summary>
    public static readonly AddressProtocol Udp = new("udp", 273, 2, Port);

    /// <summary>A peer.</summary>
    public static readonly AddressProtocol P2p = new("p2p", 421, AddressProtocol.Variable, new PeerIdValue());

    /// <summary>A relay's circuit: the part before names the relay, the part after the target.</summary>
    public static readonly AddressProtocol P2pCircuit = new("p2p-circuit", 290, 0);

    private static readonly AddressProtocol[] All =
    [
        Ip4, Ip6, Ip6Zone, Tcp, Udp, P2p, P2pCircuit,
        new("ipcidr", 43, 1, new CidrValue()),
        new("dccp", 33, 2, Port),
        new("sctp", 132, 2, Port),
        new("dns", 53, AddressProtocol.Variable, Domain),
        new("dns4", 54, AddressProtocol.Variable, Domain),
        new("dns6", 55, AddressProtocol.Variable, Domain),
        new("dnsaddr", 56, AddressProtocol.Variable, Domain),
        new("sni", 449, AddressProtocol.Variable, Domain),
        new("unix", 400, AddressProtocol.Variable, new PathValue(), isPath: true),
        new("onion", 444, 12, new OnionValue(10)),
        new("onion3", 445, 37, new OnionValue(35)),
        new("garlic64", 446, AddressProtocol.Variable, new Garlic64Value()),
        new("garlic32", 447, AddressProtocol.Variable, new Garlic32Value()),
        new("certhash", 466, AddressProtocol.Variable, new CertHashValue()),
        new("http-path", 481, AddressProtocol.Variable, new HttpPathValue()),
        new("memory", 777, AddressProtocol.Variable, new TextValue("a name", 256)),
        .. Bare(
            ("udt", 301), ("utp", 302), ("tls", 448), ("noise", 454), ("quic", 460), ("quic-v1", 461), ("webtransport", 465),
            ("http", 480), ("https", 443), ("ws", 477), ("wss", 478), ("p2p-websocket-star", 479), ("p2p-stardust", 277),
            ("p2p-webrtc-star", 275), ("p2p-webrtc-direct", 276), ("webrtc-direct", 280), ("webrtc", 281)),
    ];

    private static readonly FrozenDictionary<int, AddressProtocol> ByCode = All.ToFrozenDictionary(p => p.Code);

    // "ipfs" is the old name of p2p: read, never written.
    private static readonly FrozenDictionary<string, AddressProtocol> ByName =
        All.Select(p => (p.Name, Protocol: p)).Append(("ipfs", P2p)).ToFrozenDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, AddressProtocol>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>All protocols.</summary>
    public static IReadOnlyList<AddressProtocol> Table => All;

    private static AddressValue Port => field ??= new PortValue();

    private static AddressValue Domain => field ??= new TextValue("a domain name", 253);

    /// <summary>The protocol with this name, or null.</summary>
    public static AddressProtocol? Find(ReadOnlySpan<char> name) => BySpan.TryGetValue(name, out var protocol) ? protocol : null;

    /// <summary>The protocol with this code, or null.</summary>
    public static AddressProtocol? Find(ulong code) => code <= int.MaxValue && ByCode.TryGetValue((int)code, out var protocol) ? protocol : null;

    private static IEnumerable<AddressProtocol> Bare(params (string Name, int Code)[] rows) =>
        rows.Select(row => new AddressProtocol(row.Name, row.Code, 0));
}
