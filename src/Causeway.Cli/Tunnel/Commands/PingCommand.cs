using System.CommandLine;
using System.Globalization;
using Causeway.Cli.Tunnel.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel ping</c>: measures the way to a member inside the tunnel's own protocol, whatever the firewalls of both machines say.</summary>
internal static class PingCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var peer = scope.Peer();
        var count = new Option<int>("--count", "-c") { Description = "How often, 1 to 1000.", DefaultValueFactory = _ => 4 };
        count.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 1 or > 1000) result.AddError("--count must be 1 to 1000.");
        });
        var command = new Command("ping", "Measure the round trip to a member, once a second. Fails if nothing comes back.") { peer, count };
        command.SetAction(async (result, _) =>
        {
            using var signals = environment.Stop is null ? new ShutdownSignals() : null;
            using var client = scope.Client(result);
            var name = result.GetValue(peer)!;
            var times = new List<double>();
            var sent = 0;
            try
            {
                await foreach (var ping in client.PingAsync(name, result.GetValue(count), environment.Stop ?? signals!.Token))
                {
                    sent++;
                    if (ping.RoundTripMilliseconds is { } time) times.Add(time);
                    await environment.Out.WriteLineAsync(ping.RoundTripMilliseconds is { } trip
                        ? string.Create(CultureInfo.InvariantCulture, $"{name}: {ping.Sequence}, {UnitText.Milliseconds(trip)}{(ping.Path is { } path ? $" by {path}" : "")}")
                        : string.Create(CultureInfo.InvariantCulture, $"{name}: {ping.Sequence}, no answer{(ping.Problem is { } problem ? $": {LogText.Printable(problem)}" : "")}"));
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C: the summary is for what there is.
            }

            if (sent > 0) await environment.Out.WriteLineAsync(Summary(name, sent, times));
            return (int)(times.Count > 0 ? ExitCode.Success : ExitCode.Failure);
        });
        return command;
    }

    private static string Summary(string name, int sent, List<double> times)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{name}: {sent} sent, {times.Count} answered, {100.0 * (sent - times.Count) / sent:0.#} % lost");
        return times.Count == 0 ? text : $"{text}; min/avg/max {UnitText.Milliseconds(times.Min())} / {UnitText.Milliseconds(times.Average())} / {UnitText.Milliseconds(times.Max())}";
    }
}
