using System.CommandLine;
using System.Net;
using Causeway.Cli.Node;
using Causeway.Libp2p.Discovery.Bootstrap;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;
using Causeway.Network.Stun;
using Causeway.Node;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway node</c>.</summary>
internal static class NodeCommand
{
    private static readonly Dictionary<string, KademliaMode?> DhtModes = new(StringComparer.Ordinal)
    {
        ["server"] = KademliaMode.Server,
        ["client"] = KademliaMode.Client,
        ["auto"] = KademliaMode.Auto,
        ["off"] = null,
    };

    private static readonly Dictionary<string, GatewayMode> GatewayModes = new(StringComparer.Ordinal)
    {
        ["local"] = GatewayMode.Local,
        ["fetch"] = GatewayMode.Fetch,
        ["off"] = GatewayMode.Off,
    };

    public static Command Create(CliEnvironment environment)
    {
        var relayDefaults = new CircuitRelayOptions();
        var limitDefaults = relayDefaults.Limit!;
        var listen = new Option<Multiaddress[]>("--listen") { Description = "Address to listen on, such as /ip4/0.0.0.0/tcp/9092. May be repeated. Default: TCP 9092 and WebSocket 9091 on all interfaces.", CustomParser = NodeOptionText.ParseAddresses };
        var announce = new Option<Multiaddress[]>("--announce") { Description = "Address to tell others, too, such as /dns4/node.example/tcp/443/wss. May be repeated.", CustomParser = NodeOptionText.ParseAddresses };
        var mapping = new Option<bool>("--port-mapping") { Description = "Have the router forward the node's TCP ports, by PCP, NAT-PMP or UPnP." };
        var bootstrap = new Option<Multiaddress[]>("--bootstrap") { Description = "Peer to start from: a multiaddr with /p2p. May be repeated.", CustomParser = NodeOptionText.ParsePeerAddresses };
        var ipfs = new Option<bool>("--ipfs") { Description = "Start from the public IPFS network's peers, too." };
        var dht = new Option<string>("--dht") { Description = "Part in the DHT: server, client, auto (a server while others can dial the node), or off.", DefaultValueFactory = _ => "server" };
        dht.AcceptOnlyFromAmong([.. DhtModes.Keys]);
        var prefix = NodeOptionText.DhtPrefix("");
        var noRelay = new Option<bool>("--no-relay") { Description = "Relay for nobody." };
        var reservations = new Option<int>("--relay-reservations") { Description = "Peers that may wait at the relay.", DefaultValueFactory = _ => relayDefaults.MaxReservations };
        var perAddress = new Option<int>("--relay-reservations-per-address") { Description = "Of these, from one address.", DefaultValueFactory = _ => relayDefaults.MaxReservationsPerAddress };
        var circuits = new Option<int>("--relay-circuits") { Description = "Connections relayed at once.", DefaultValueFactory = _ => relayDefaults.MaxCircuits };
        var duration = new Option<TimeSpan>("--relay-duration") { Description = "How long each may last, such as 2m.", DefaultValueFactory = _ => limitDefaults.Duration, CustomParser = OptionText.ParseDuration };
        var data = new Option<long>("--relay-data") { Description = "Bytes that each may carry in each direction, such as 128k.", DefaultValueFactory = _ => limitDefaults.Data, CustomParser = OptionText.ParseSize };
        var unlimited = new Option<bool>("--relay-unlimited") { Description = "Relay without limits of time and data. For networks whose peers you know." };
        var topic = new Option<string[]>("--topic") { Description = "Pub/sub topic whose messages the node passes on. May be repeated." };
        var network = new Option<string?>("--private-network") { Description = "Be part of the private network whose key (/key/swarm/psk/1.0.0/) this file holds, and of no other." };
        var privateAddresses = new Option<bool>("--private-addresses") { Description = "Tell others of private addresses, too, and use theirs: for closed networks. Default: with --private-network, and where all addresses of --bootstrap or --listen are private." };
        var certificate = new Option<string?>("--cert") { Description = "PEM file with the certificate for addresses with /tls/ws. Read again when it changes." };
        var certificateKey = new Option<string?>("--cert-key") { Description = "PEM file with the certificate's key. Default: the same file." };
        var selfSigned = new Option<bool>("--self-signed") { Description = "Serve addresses with /tls/ws with a certificate of the node's own making, which is kept. For development: browsers and others do not trust it." };
        var proxies = new Option<IPNetwork[]>("--trusted-proxy") { Description = "Believe X-Forwarded-For from this address or network. May be repeated.", CustomParser = OptionText.ParseNetworks };
        var stun = new Option<StunServerEndPoint[]>("--stun")
        {
            Description = "Serve STUN on this address and UDP port, such as 0.0.0.0:3478; with a second one behind a comma (192.0.2.1:3478,192.0.2.2:3479) NATs can be told apart (RFC 5780). May be repeated.",
            CustomParser = result => OptionText.ParseAll(result, ParseStun, "takes an address and port, or two with a comma between"),
        };
        var storage = new Option<long>("--storage") { Description = "Bytes of blocks that are kept, such as 100g, and given to others by Bitswap and the gateway; 0: none.", DefaultValueFactory = _ => new NodeOptions().Storage, CustomParser = OptionText.ParseSize };
        var gateway = new Option<string>("--gateway") { Description = "What is served under /ipfs/, beside health: local (blocks that the node has), fetch (these, and what it fetches for whoever asks), or off.", DefaultValueFactory = _ => "local" };
        gateway.AcceptOnlyFromAmong([.. GatewayModes.Keys]);
        var deny = new Option<string?>("--deny") { Description = "File with CIDs, one on a line, that nobody is given, neither by Bitswap nor by the gateway." };
        var http = new Option<IPAddress[]>("--http-listen") { Description = "Address to serve health, metrics and the gateway on. May be repeated. Default: this machine only.", CustomParser = result => OptionText.ParseAll(result, text => IPAddress.TryParse(text, out var address) ? address : null, "takes IP addresses, such as 0.0.0.0") };
        var httpPort = new Option<int>("--http-port") { Description = "Port of health, metrics and the gateway; 0: the system's choice.", DefaultValueFactory = _ => NodeSettings.DefaultHttpPort };
        var metrics = new Option<IPNetwork[]>("--metrics-from") { Description = "Let this address or network read /metrics, too. May be repeated. Default: this machine only.", CustomParser = OptionText.ParseNetworks };
        var state = new Option<string?>("--state") { Description = "Folder for key, databases and control socket. Default: node in $STATE_DIRECTORY, else in $XDG_STATE_HOME/causeway, else in ~/.local/state/causeway." };
        var key = new Option<string?>("--key") { Description = "File with the node's identity, as 'causeway id' makes it. Default: node.key in the folder, made when it is not there." };
        var drain = new Option<TimeSpan>("--drain") { Description = "Time that relayed connections get when the node is told to end, such as 10s.", DefaultValueFactory = _ => TimeSpan.FromSeconds(10), CustomParser = OptionText.ParseDuration };
        var verbose = new Option<bool>("--verbose", "-v") { Arity = ArgumentArity.Zero, Description = "Say more; -vv and -vvv say still more." };

        var command = new Command("node", "Run an always-on peer: others find it, relay through it, and search with it.")
        {
            listen, announce, mapping, bootstrap, ipfs, dht, prefix, noRelay, reservations, perAddress, circuits, duration, data, unlimited, topic, network, privateAddresses, certificate, certificateKey, selfSigned, proxies, stun, storage, gateway, deny, http, httpPort, metrics, state, key, drain, verbose,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(selfSigned) && result.GetValue(certificate) is not null) result.AddError("--cert names a certificate; leave --self-signed away.");
            if (result.GetValue(certificateKey) is not null && result.GetValue(certificate) is null) result.AddError("--cert-key belongs to a certificate; name it with --cert.");
            if (result.GetValue(network) is not null && result.GetValue(ipfs)) result.AddError("A private network has no way to the public one; leave --ipfs away.");
        });
        command.SetAction((result, _) => new NodeRunner(environment).RunAsync(new NodeSettings
        {
            Options = new NodeOptions
            {
                Listen = result.GetValue(listen) is { Length: > 0 } addresses ? addresses : new NodeOptions().Listen,
                Announce = result.GetValue(announce) ?? [],
                PortMapping = result.GetValue(mapping),
                Bootstrap = [.. result.GetValue(bootstrap) ?? [], .. result.GetValue(ipfs) ? PublicBootstrapPeers.Ipfs : []],
                Dht = DhtModes[result.GetValue(dht)!],
                DhtPrefix = result.GetValue(prefix)!,
                Relay = result.GetValue(noRelay) ? null : relayDefaults with
                {
                    MaxReservations = result.GetValue(reservations),
                    MaxReservationsPerAddress = result.GetValue(perAddress),
                    MaxCircuits = result.GetValue(circuits),
                    Limit = result.GetValue(unlimited) ? null : limitDefaults with { Duration = result.GetValue(duration), Data = result.GetValue(data) },
                },
                PrivateAddresses = result.GetValue(privateAddresses) ? true : null,
                Topics = result.GetValue(topic) ?? [],
                Stun = result.GetValue(stun) is { Length: > 0 } endPoints ? new StunServerOptions { EndPoints = endPoints } : null,
                TrustedProxies = result.GetValue(proxies) ?? [],
                Storage = result.GetValue(storage),
                Gateway = GatewayModes[result.GetValue(gateway)!],
            },
            State = result.GetValue(state),
            Key = result.GetValue(key),
            PrivateNetwork = result.GetValue(network),
            Certificate = result.GetValue(certificate),
            CertificateKey = result.GetValue(certificateKey),
            SelfSigned = result.GetValue(selfSigned),
            Deny = result.GetValue(deny),
            HttpAddresses = result.GetValue(http) ?? [],
            HttpPort = OptionText.RequirePort(result.GetValue(httpPort), httpPort.Name),
            MetricsFrom = result.GetValue(metrics) ?? [],
            Drain = result.GetValue(drain),
            Verbosity = result.GetResult(verbose)?.IdentifierTokenCount ?? 0,
        }));
        return command;
    }

    private static StunServerEndPoint? ParseStun(string text) => text.Split(',') switch
    {
        [var only] when IPEndPoint.TryParse(only, out var primary) => new StunServerEndPoint(primary),
        [var first, var second] when IPEndPoint.TryParse(first, out var primary) && IPEndPoint.TryParse(second, out var other) => new StunServerEndPoint(primary, other),
        _ => null,
    };
}
