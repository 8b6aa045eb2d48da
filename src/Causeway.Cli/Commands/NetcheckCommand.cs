using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Causeway.Cli.Netcheck;
using Causeway.Cli.Node;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Multiformats;
using Causeway.Network.Stun;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway netcheck</c>: what the network lets through.</summary>
internal static class NetcheckCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var stun = new Option<string[]>("--stun") { Description = "STUN server that tells how UDP gets through, such as stun.example:3478. May be repeated; one with two addresses (RFC 5780) tells most." };
        var node = new Option<Multiaddress[]>("--node", "--relay") { Description = "Node or relay to try: a multiaddr with /p2p. May be repeated.", CustomParser = NodeOptionText.ParsePeerAddresses };
        var noMapping = new Option<bool>("--no-port-mapping") { Description = "Do not ask the router to forward a port for the time of the check." };
        var json = CommonOptions.Json();
        var command = new Command("netcheck", "Find out what the network lets through: IPv4 and IPv6, UDP, what the NAT does, whether the router forwards ports, how far nodes and relays are and whether they can dial this machine. Fails if nothing that was named answers.") { stun, node, noMapping, json };
        command.SetAction(async (result, _) =>
        {
            using var signals = environment.Stop is null ? new ShutdownSignals() : null;
            var stop = environment.Stop ?? signals!.Token;
            var servers = new List<IPEndPoint>();
            NetcheckReport report;
            try
            {
                foreach (var name in result.GetValue(stun) ?? []) servers.AddRange(await ResolveAsync(name, stop));
                report = await new NetworkCheck(environment.Time, Progress(environment)).RunAsync(servers, result.GetValue(node) ?? [], !result.GetValue(noMapping), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return (int)ExitCode.Failure;
            }

            if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(report, NetcheckJson.Default.NetcheckReport));
            else NetcheckText.Write(environment.Out, report);
            var hasFailed = (servers.Count > 0 || report.Nodes.Count > 0) && report.Ipv4.Udp is not { Works: true } && report.Ipv6.Udp is not { Works: true } && !report.Nodes.Any(static n => n.Reached);
            return (int)(hasFailed ? ExitCode.Failure : ExitCode.Success);
        });
        return command;
    }

    // Blocked UDP and silent routers take seconds; who looks on shall know what is being waited for. Checks run at once, so lines must not mix.
    private static Action<string>? Progress(CliEnvironment environment)
    {
        if (!environment.IsTerminal) return null;
        var writer = TextWriter.Synchronized(environment.Error);
        return line => writer.WriteLine($"… {line}");
    }

    private static async Task<IEnumerable<IPEndPoint>> ResolveAsync(string text, CancellationToken cancel)
    {
        if (IPEndPoint.TryParse(text, out var endPoint)) return [endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, StunServerOptions.DefaultPort) : endPoint];
        var colon = text.LastIndexOf(':');
        var port = StunServerOptions.DefaultPort;
        var name = text;
        if (colon >= 0 || text.Length == 0)
        {
            if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out var number) || number == 0) throw new UserErrorException(ExitCode.Usage, $"--stun takes servers such as stun.example:3478; '{text}' is none");
            (name, port) = (text[..colon], number);
        }

        try
        {
            return (await Dns.GetHostAddressesAsync(name, cancel)).Select(address => new IPEndPoint(address, port));
        }
        catch (SocketException e)
        {
            throw new UserErrorException(ExitCode.Failure, $"the STUN server '{name}' is not found: {e.Message}", e);
        }
    }
}
