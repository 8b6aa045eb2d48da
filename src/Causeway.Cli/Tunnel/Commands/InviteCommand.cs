using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Invitations;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel invite</c>: a token that lets one machine in.</summary>
internal static class InviteCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var name = new Option<string?>("--name") { Description = "Name that the machine gets. Default: the one that it wishes." };
        var role = new Option<string>("--role") { Description = "What it may do.", DefaultValueFactory = _ => "member" };
        role.AcceptOnlyFromAmong("member", "admin");
        var expires = new Option<TimeSpan>("--expires") { Description = "How long the invitation can be used, such as 10m, 1h or 7d.", CustomParser = OptionText.ParseDuration, DefaultValueFactory = _ => TimeSpan.FromHours(1) };
        var qr = new Option<bool?>("--qr") { Description = "Draw a QR code. Default: on a terminal." };
        var command = new Command("invite", "Let one more machine in: print a token for 'causeway tunnel join'. It can be used once.") { name, role, expires, qr };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var time = result.GetValue(expires);
            if (time < TimeSpan.FromMinutes(1) || time > TimeSpan.FromDays(30)) throw new UserErrorException(ExitCode.Usage, "--expires takes 1m to 30d");
            var invitation = await client.InviteAsync(new InvitationRequest(result.GetValue(name), result.GetValue(role) == "admin", time), cancel);
            if (result.GetValue(qr) ?? environment.IsTerminal) Draw(environment, invitation.Token!);
            await environment.Out.WriteLineAsync(invitation.Token);
            if (!environment.IsTerminal) return;
            await environment.Error.WriteLineAsync($"lets one machine in{(invitation.IsAdministrator ? ", as an administrator," : "")} until {UnitText.Moment(invitation.Expires, environment.Time)}: run 'causeway tunnel join TOKEN' there, while the tunnel is up here");
            await environment.Error.WriteLineAsync($"whoever has it can use it; 'causeway tunnel invitations revoke {invitation.Id[..8]}' takes it back");
        }));
        return command;
    }

    private static void Draw(CliEnvironment environment, string text)
    {
        using var token = InvitationToken.Parse(text);
        if (InvitationQrCode.Draw(token, environment.Columns()) is { } code) environment.Out.Write(code);
        else environment.Error.WriteLine($"the QR code does not fit into {environment.Columns()} columns; make the window wider");
    }
}
