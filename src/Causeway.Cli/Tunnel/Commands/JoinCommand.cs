using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Tunnel.Daemon;
using Causeway.Cli.Tunnel.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Invitations;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel join</c>: redeems an invitation and brings the tunnel up.</summary>
internal static class JoinCommand
{
    // 8 relays with names of 500 characters, in the larger of the two texts.
    private const int MaxToken = 16 * 1024;

    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var token = new Argument<string>("token") { Description = "The invitation; '-' reads it from standard input, so that other users do not see it among this machine's processes." };
        var name = TunnelOptions.OwnName();
        name.Description = "Name that this machine wishes to have in the network, unless the invitation gives it one. Default: its host name.";
        var alias = new Option<string?>("--as") { Description = "Name of the network on this machine, if there is one of its name already." };
        var device = TunnelOptions.Device();
        var passphrase = TunnelOptions.PassphraseFile();
        var foreground = TunnelOptions.Foreground();
        var background = TunnelOptions.Background();
        var wait = new Option<TimeSpan>("--wait") { Description = "How long to try.", CustomParser = OptionText.ParseDuration, DefaultValueFactory = _ => TimeSpan.FromMinutes(1) };
        var verbose = TunnelOptions.Verbose();
        var command = new Command("join", "Join a network with an invitation, and start its tunnel.") { token, name, alias, device, foreground, wait, passphrase, verbose, background };
        command.SetAction(async (result, _) =>
        {
            var text = result.GetValue(token)!;
            if (text == "-") text = await environment.In.ReadLineAsync(CancellationToken.None) ?? "";
            var invitation = InvitationToken.Parse(text[..Math.Min(text.Length, MaxToken)]);
            invitation.RequireValid(environment.Time);
            var folder = scope.Folders(result).Network(result.GetValue(alias) ?? invitation.NetworkName);
            var settings = new DaemonSettings
            {
                Folder = folder,
                Device = result.GetValue(device),
                PassphraseFile = result.GetValue(passphrase),
                Invitation = invitation,
                NameWish = result.GetValue(name) ?? Membership.OwnName(),
                Patience = result.GetValue(wait),
                Verbosity = result.GetResult(verbose)?.IdentifierTokenCount ?? 0,
            };
            if (result.GetValue(background)) return await BackgroundChild.RunAsync(environment, reports => new DaemonRunner(environment).RunAsync(settings, reports));
            if (result.GetValue(foreground)) return await new DaemonRunner(environment).RunAsync(settings, null);

            using (invitation)
            {
                await StopIfRemovedAsync(folder, invitation);
                await new BackgroundStart(environment).RunAsync(
                    ["tunnel", "join", "-", "--background-child", "--as", folder.Name, "--name", settings.NameWish, .. scope.Repeat(result, folder.Name), .. UpCommand.Repeat(settings)], invitation.ToString());
            }

            using var client = TunnelScope.Client(folder);
            await ShowAsync(environment, client);
            return (int)ExitCode.Success;
        });
        return command;
    }

    // The tunnel of a machine that was removed may still run, and wait for nothing.
    private static async Task StopIfRemovedAsync(NetworkFolder folder, InvitationToken invitation)
    {
        if (!TunnelScope.MayBeUp(folder)) return;
        try
        {
            using var client = TunnelScope.Client(folder);
            var status = await client.GetStatusAsync(CancellationToken.None);
            if (status.State == TunnelState.Removed && status.NetworkId == invitation.NetworkId.ToString()) await DownCommand.StopAsync(folder, client, CancellationToken.None);
        }
        catch (ControlException e) when (e.Error == ControlError.NotRunning)
        {
            // All the better.
        }
    }

    private static async Task ShowAsync(CliEnvironment environment, ControlClient client)
    {
        var stop = environment.Stop ?? CancellationToken.None;
        var status = await client.GetStatusAsync(stop);
        await environment.Out.WriteLineAsync($"joined {status.Network} as {status.Name}: {string.Join(", ", new[] { status.Ipv4, status.Ipv6 }.OfType<string>())}, on {status.Device}");
        PeersText.Write(environment.Out, await client.GetPeersAsync(stop), environment.Time);
    }
}
