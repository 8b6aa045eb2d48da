using System.CommandLine.Parsing;
using Causeway.Cli.Commands;
using Causeway.Multiformats;

namespace Causeway.Cli.Node;

/// <summary>Reads values of options that say where peers are.</summary>
internal static class NodeOptionText
{
    /// <summary>Addresses, such as /ip4/0.0.0.0/tcp/9092.</summary>
    public static Multiaddress[]? ParseAddresses(ArgumentResult result) =>
        OptionText.ParseAll(result, static text => Multiaddress.TryParse(text, out var address) ? address : null, "takes multiaddrs, such as /ip4/0.0.0.0/tcp/9092");

    /// <summary>Addresses that name their peers, such as /ip4/192.0.2.1/tcp/9092/p2p/12D3KooW….</summary>
    public static Multiaddress[]? ParsePeerAddresses(ArgumentResult result) => OptionText.ParseAll(
        result,
        static text => Multiaddress.TryParse(text, out var address) && address.PeerId is not null ? address : null,
        "takes multiaddrs that name their peer, such as /ip4/192.0.2.1/tcp/9092/p2p/12D3KooW…");
}
