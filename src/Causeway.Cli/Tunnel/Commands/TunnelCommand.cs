using System.CommandLine;
using System.CommandLine.Help;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel</c>.</summary>
internal static class TunnelCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var scope = new TunnelScope(environment);
        var command = new Command("tunnel", "Join machines into one Ethernet segment, end-to-end encrypted.")
        {
            CreateCommand.Create(environment, scope),
            UpCommand.Create(environment, scope),
            InviteCommand.Create(environment, scope),
            JoinCommand.Create(environment, scope),
            StatusCommand.Create(environment, scope),
            PeersCommand.Create(environment, scope),
            PingCommand.Create(environment, scope),
            DownCommand.Create(environment, scope),
            LogsCommand.Create(environment, scope),
            ListCommand.Create(environment, scope),
            InvitationsCommand.Create(environment, scope),
            MemberCommands.CreateRemove(environment, scope),
            MemberCommands.CreateRename(environment, scope),
            MemberCommands.CreateAddress(environment, scope),
            MemberCommands.CreateRole(environment, scope),
            RelaysCommand.Create(environment, scope),
            LeaveCommand.Create(environment, scope),
        };
        scope.AddTo(command);
        command.SetAction(result => new HelpAction().Invoke(result));
        return command;
    }
}
