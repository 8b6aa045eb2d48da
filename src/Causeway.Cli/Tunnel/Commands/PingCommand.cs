using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel ping</c>: measures the way to a member inside the tunnel's own protocol, whatever the firewalls of both machines say.</summary>
internal static class PingCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var peer = scope.Peer();
        var count = CommonOptions.Count("-c", "How often", 4);
        var command = new Command("ping", "Measure the round trip to a member, once a second. Fails if nothing comes back.") { peer, count };
        command.SetAction(async (result, _) =>
        {
            using var signals = environment.Stop is null ? new ShutdownSignals() : null;
            using var client = scope.Client(result);
            var summary = new PingSummary(result.GetValue(peer)!);
            try
            {
                await foreach (var ping in client.PingAsync(summary.Name, result.GetValue(count), environment.Stop ?? signals!.Token))
                {
                    summary.Add(ping.RoundTripMilliseconds);
                    await environment.Out.WriteLineAsync(
                        summary.LineOf(ping.Sequence, ping.RoundTripMilliseconds, ping.Problem is { } problem ? LogText.Printable(problem) : null, ping.Path));
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C: the summary is for what there is.
            }

            if (summary.Sent > 0) await environment.Out.WriteLineAsync(summary.ToString());
            return (int)(summary.Answered > 0 ? ExitCode.Success : ExitCode.Failure);
        });
        return command;
    }
}
