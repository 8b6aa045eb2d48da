using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel invitations</c>: those that were made here and not used yet.</summary>
internal static class InvitationsCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var json = CommonOptions.Json();
        var command = new Command("invitations", "Show the invitations that this machine has made and nobody has used.") { json, CreateRevoke(environment, scope) };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var invitations = await client.GetInvitationsAsync(cancel);
            if (result.GetValue(json))
            {
                await environment.Out.WriteLineAsync(IndentedJson.Of(invitations, ControlJson.Default.IReadOnlyListInvitationReport));
                return;
            }

            if (invitations.Count == 0)
            {
                await environment.Out.WriteLineAsync("no invitations");
                return;
            }

            var table = new TextTable("ID", "NAME", "ROLE", "UNTIL");
            foreach (var invitation in invitations) table.Add(invitation.Id, invitation.Name ?? "-", invitation.IsAdministrator ? "administrator" : "member", UnitText.Moment(invitation.Expires, environment.Time));
            table.WriteTo(environment.Out);
        }));
        return command;
    }

    private static Command CreateRevoke(CliEnvironment environment, TunnelScope scope)
    {
        var id = new Argument<string>("id") { Description = "The invitation's ID, or the beginning of it." };
        var command = new Command("revoke", "Take an invitation back.") { id };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            await client.RevokeInvitationAsync(result.GetValue(id)!, cancel);
            await environment.Out.WriteLineAsync($"invitation {result.GetValue(id)} is void");
        }));
        return command;
    }
}
