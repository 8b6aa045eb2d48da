using System.CommandLine;
using System.CommandLine.Parsing;
using Causeway.Cli.Commands;
using Causeway.Multiformats;
using Causeway.Node;

namespace Causeway.Cli.Node;

/// <summary>Options that say which network is meant, and their values.</summary>
internal static class NodeOptionText
{
    /// <summary><c>--dht-prefix</c>.</summary>
    public static Option<string> DhtPrefix(string about) => new("--dht-prefix") { Description = $"{about}What precedes /kad/1.0.0 in the DHT's protocol ID; one of its own makes a DHT of its own.", DefaultValueFactory = _ => new NodeOptions().DhtPrefix };

    /// <summary>Addresses, such as /ip4/0.0.0.0/tcp/9092.</summary>
    public static Multiaddress[]? ParseAddresses(ArgumentResult result) =>
        OptionText.ParseAll(result, static text => Multiaddress.TryParse(text, out var address) ? address : null, "takes multiaddrs, such as /ip4/0.0.0.0/tcp/9092");

    /// <summary>Addresses that name their peers, such as /ip4/192.0.2.1/tcp/9092/p2p/12D3KooW….</summary>
    public static Multiaddress[]? ParsePeerAddresses(ArgumentResult result) => OptionText.ParseAll(
        result,
        static text => Multiaddress.TryParse(text, out var address) && address.PeerId is not null ? address : null,
        "takes multiaddrs that name their peer, such as /ip4/192.0.2.1/tcp/9092/p2p/12D3KooW…");

    /// <summary>Addresses of relays, which name their peers and are not relayed themselves.</summary>
    public static Multiaddress[]? ParseRelays(ArgumentResult result) => OptionText.ParseAll(
        result,
        static text => Multiaddress.TryParse(text, out var address) && address.PeerId is not null && !address.IsRelayed ? address : null,
        "takes relays' own multiaddrs, up to /p2p/ and the relay's peer ID, such as /ip4/192.0.2.1/tcp/9092/p2p/12D3KooW…, without /p2p-circuit");
}
