using System.CommandLine;
using Causeway.Cli.Tunnel.Output;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel logs</c>.</summary>
internal static class LogsCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes, until Ctrl-C." };
        var lines = new Option<int>("--lines") { Description = "How many lines to begin with; 0: all.", DefaultValueFactory = _ => 100 };
        var command = new Command("logs", "Show what the tunnel has logged, also when it is down.") { follow, lines };
        command.SetAction(async (result, _) =>
        {
            var log = new LogReader(scope.Network(result, TunnelScope.MayBeUp).LogPath);
            using var signals = environment.Stop is null ? new ShutdownSignals() : null;
            var stop = environment.Stop ?? signals!.Token;
            var count = result.GetValue(lines);
            if (count < 0) throw new UserErrorException(ExitCode.Usage, "--lines must be 0 or more");
            if (result.GetValue(follow)) await log.FollowAsync(environment.Out, count, stop);
            else log.WriteTail(environment.Out, count);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
