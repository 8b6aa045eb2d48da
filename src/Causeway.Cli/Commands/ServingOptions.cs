using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Causeway.Cli.Gateway;
using Causeway.Cli.Node;
using Causeway.Multiformats;

namespace Causeway.Cli.Commands;

/// <summary>The options of commands that serve a site with the gateway behind it. What is not said is left to the site's configuration.</summary>
internal sealed class ServingOptions
{
    private readonly Option<int?> _port = new("--port", "-p") { Description = "Port for pages. Default: the first free one from 10000 on; 0: the system's choice." };

    private readonly Option<IPAddress[]> _listen = new("--listen")
    {
        Description = "Address to serve pages on, such as 0.0.0.0 for all. May be repeated. Default: this machine only.",
        CustomParser = ParseAddresses,
    };

    private readonly Option<bool?> _noOpen = new("--noopen") { Description = "Do not open the browser." };
    private readonly Option<bool?> _linger = new("--linger") { Description = "Keep running after the last page has gone." };
    private readonly Option<bool> _token = new("--token") { Arity = ArgumentArity.Zero, Description = $"Demand a launch token of pages: that of the environment variable {FixedToken.Variable}, or a fresh one." };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = "Demand the launch token that this file holds." };
    private readonly Option<string[]> _origins = new("--allow-origin") { Description = "Let pages of this origin connect, such as http://localhost:3000. May be repeated." };
    private readonly Option<bool?> _local = new("--local") { Description = "Keep peers on this machine: no connections from the network, no mDNS." };
    private readonly Option<Multiaddress[]> _bootstrap = new("--bootstrap") { Description = "Peer to start from beyond the local network, such as a 'causeway node': a multiaddr with /p2p. May be repeated.", CustomParser = NodeOptionText.ParsePeerAddresses };
    private readonly Option<Multiaddress[]> _relay = new("--relay") { Description = "Relay at which pages' peers wait while nobody can dial this machine: a multiaddr with /p2p. May be repeated. Default: peers that relay are found.", CustomParser = NodeOptionText.ParseRelays };
    private readonly Option<bool?> _mapping = new("--port-mapping") { Description = "Have the router forward the peers' TCP ports, by PCP, NAT-PMP or UPnP. With --bootstrap or --relay." };
    private readonly Option<string?> _network = new("--private-network") { Description = "Be part of the private network whose key (/key/swarm/psk/1.0.0/) this file holds, and of no other." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Arity = ArgumentArity.Zero, Description = "Say more; -vv and -vvv say still more." };

    public ServingOptions() => _port.Validators.Add(RequirePort);

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _port, _listen, _noOpen, _linger, _token, _tokenFile, _origins, _local, _bootstrap, _relay, _mapping, _network, _verbose }) command.Options.Add(option);
    }

    /// <summary>What was asked.</summary>
    public GatewaySettings Read(ParseResult result) => new()
    {
        Port = result.GetValue(_port),
        Listen = result.GetValue(_listen) ?? [],
        NoOpen = result.GetValue(_noOpen),
        Linger = result.GetValue(_linger),
        RequireToken = result.GetValue(_token),
        TokenFile = result.GetValue(_tokenFile),
        AllowedOrigins = Said(result, _origins),
        Local = result.GetValue(_local),
        Bootstrap = Said(result, _bootstrap),
        Relays = Said(result, _relay),
        PortMapping = result.GetValue(_mapping),
        PrivateNetwork = result.GetValue(_network),
        Verbosity = result.GetResult(_verbose)?.IdentifierTokenCount is > 0 and var count ? count : null,
    };

    private static T[]? Said<T>(ParseResult result, Option<T[]> option) => result.GetValue(option) is { Length: > 0 } values ? values : null;

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
