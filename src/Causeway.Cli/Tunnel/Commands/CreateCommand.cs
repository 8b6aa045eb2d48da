using System.CommandLine;
using Causeway.Cli.Tunnel.Daemon;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel create</c>: makes a network, with this machine as its first administrator.</summary>
internal static class CreateCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var network = new Argument<string>("name") { Description = "Name of the network: a-z, 0-9 and '-'." };
        var relay = new Option<string[]>("--relay", "-r") { Description = "Address of a relay at which the members meet, as 'causeway relay' prints it. May be repeated.", Required = true };
        var subnet = new Option<string>("--subnet") { Description = "IPv4 addresses of the members.", DefaultValueFactory = _ => "10.10.10.0/24" };
        var name = TunnelOptions.OwnName();
        var device = TunnelOptions.Device();
        var passphrase = TunnelOptions.PassphraseFile();
        var command = new Command("create", "Make a network. This machine is its first member and administrator.") { network, relay, subnet, name, device, passphrase };
        command.SetAction(result =>
        {
            var folder = scope.Folders(result).Network(result.GetValue(network)!);
            var settings = new TunnelSettings();
            if (result.GetValue(device) is { } wish) settings = settings with { Device = wish };
            var own = result.GetValue(name) ?? Membership.OwnName();
            var relays = result.GetValue(relay)!.Select(Parse).ToArray();
            var id = Membership.CreateNetwork(folder, settings, Passphrase.Read(result.GetValue(passphrase), environment.Variable), Subnet(result.GetValue(subnet)!), own, relays, environment.Time);
            environment.Out.WriteLine($"network {folder.Name} made; this machine is {own}, its administrator ({id})");
            environment.Out.WriteLine($"its key is {folder.KeyPath}: keep a copy in a safe place, who has it has the last word in the network");
            environment.Out.WriteLine("next: 'causeway tunnel up', then 'causeway tunnel invite' for each machine that is to join");
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string Parse(string text)
    {
        try
        {
            return RelayUrl.Parse(text).ToString();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
    }

    private static RosterSubnet Subnet(string text) => RosterSubnet.TryParse(text, out var subnet)
        ? subnet
        : throw new UserErrorException(ExitCode.Usage, $"'{text}' is no IPv4 network for members; one looks like 10.10.10.0/24, with a prefix of {RosterSubnet.MinimumPrefix} to {RosterSubnet.MaximumPrefix} and zeros behind it");
}
