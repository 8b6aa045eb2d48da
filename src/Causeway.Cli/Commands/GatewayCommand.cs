using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Causeway.Cli.Gateway;
using Causeway.Cli.Node;
using Causeway.Multiformats;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway gateway</c>.</summary>
internal static class GatewayCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var folder = new Option<string?>("--dir", "-d") { Description = "Serve this folder's site instead of the chat: index.html at its top or in html/." };
        var port = new Option<int?>("--port", "-p") { Description = "Port for pages. Default: the first free one from 10000 on; 0: the system's choice." };
        var listen = new Option<IPAddress[]>("--listen")
        {
            Description = "Address to serve pages on, such as 0.0.0.0 for all. May be repeated. Default: this machine only.",
            CustomParser = ParseAddresses,
        };
        var noOpen = new Option<bool>("--noopen") { Description = "Do not open the browser." };
        var linger = new Option<bool>("--linger") { Description = "Keep running after the last page has gone." };
        var token = new Option<bool>("--token") { Arity = ArgumentArity.Zero, Description = $"Demand a launch token of pages: that of the environment variable {FixedToken.Variable}, or a fresh one." };
        var tokenFile = new Option<string?>("--token-file") { Description = "Demand the launch token that this file holds." };
        var origins = new Option<string[]>("--allow-origin") { Description = "Let pages of this origin connect, such as http://localhost:3000. May be repeated." };
        var local = new Option<bool>("--local") { Description = "Keep peers on this machine: no connections from the network, no mDNS." };
        var bootstrap = new Option<Multiaddress[]>("--bootstrap") { Description = "Peer to start from beyond the local network, such as a 'causeway node': a multiaddr with /p2p. May be repeated.", CustomParser = NodeOptionText.ParsePeerAddresses };
        var relay = new Option<Multiaddress[]>("--relay") { Description = "Relay at which pages' peers wait while nobody can dial this machine: a multiaddr with /p2p. May be repeated. Default: peers that relay are found.", CustomParser = NodeOptionText.ParsePeerAddresses };
        var mapping = new Option<bool>("--port-mapping") { Description = "Have the router forward the peers' TCP ports, by PCP, NAT-PMP or UPnP. With --bootstrap or --relay." };
        var network = new Option<string?>("--private-network") { Description = "Be part of the private network whose key (/key/swarm/psk/1.0.0/) this file holds, and of no other." };
        var verbose = new Option<bool>("--verbose", "-v") { Arity = ArgumentArity.Zero, Description = "Say more; -vv and -vvv say still more." };
        port.Validators.Add(RequirePort);

        var command = new Command("gateway", "Give every page that opens a WebSocket here a libp2p peer of its own.")
        {
            folder, port, listen, noOpen, linger, token, tokenFile, origins, local, bootstrap, relay, mapping, network, verbose,
        };
        command.SetAction((result, _) => new GatewayRunner(environment).RunAsync(new GatewaySettings
        {
            Folder = result.GetValue(folder),
            Port = result.GetValue(port),
            Listen = result.GetValue(listen) ?? [],
            NoOpen = result.GetValue(noOpen),
            Linger = result.GetValue(linger),
            RequireToken = result.GetValue(token),
            TokenFile = result.GetValue(tokenFile),
            AllowedOrigins = result.GetValue(origins) ?? [],
            Local = result.GetValue(local),
            Bootstrap = result.GetValue(bootstrap) ?? [],
            Relays = result.GetValue(relay) ?? [],
            PortMapping = result.GetValue(mapping),
            PrivateNetwork = result.GetValue(network),
            Verbosity = result.GetResult(verbose)?.IdentifierTokenCount ?? 0,
        }));
        return command;
    }

    private static void RequirePort(OptionResult result)
    {
        // What is no number at all is reported by the parser.
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var port) && port is < 0 or > 65_535) result.AddError("--port must be 0 to 65535.");
    }

    private static IPAddress[]? ParseAddresses(ArgumentResult result)
    {
        var addresses = new List<IPAddress>();
        foreach (var token in result.Tokens)
        {
            if (IPAddress.TryParse(token.Value, out var address)) addresses.Add(address);
            else result.AddError($"--listen takes IP addresses, such as 0.0.0.0; '{token.Value}' is none.");
        }

        return [.. addresses];
    }
}
