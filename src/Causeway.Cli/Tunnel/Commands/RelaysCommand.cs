using System.CommandLine;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel relays</c>: where the members meet.</summary>
internal static class RelaysCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var command = new Command("relays", "Show the relays at which the members meet, in order of preference.") { CreateAdd(environment, scope), CreateRemove(environment, scope) };
        command.SetAction(scope.Ask(async (_, client, cancel) =>
        {
            foreach (var relay in await client.GetRelaysAsync(cancel)) await environment.Out.WriteLineAsync(relay);
        }));
        return command;
    }

    private static Command CreateAdd(CliEnvironment environment, TunnelScope scope)
    {
        var url = new Argument<string>("url") { Description = "The relay's address, as 'causeway relay' prints it." };
        var first = new Option<bool>("--first") { Description = "Prefer it to the others." };
        var command = new Command("add", "Add a relay; administrators only.") { url, first };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var added = Parse(result.GetValue(url)!);
            var relays = await client.GetRelaysAsync(cancel);
            if (relays.Contains(added.ToString())) throw new UserErrorException(ExitCode.Usage, $"{added.Authority} is a relay of the network already");

            // The same place with another pin is the same relay, renewed.
            var others = relays.Where(r => !RelayUrl.TryParse(r, out var other) || other.Authority != added.Authority);
            await ChangeAsync(environment, client, result.GetValue(first) ? [added.ToString(), .. others] : [.. others, added.ToString()], cancel);
        }));
        return command;
    }

    private static Command CreateRemove(CliEnvironment environment, TunnelScope scope)
    {
        var relay = new Argument<string>("relay") { Description = "Its host (with its port, if it is not the usual one), or its whole address." };
        var command = new Command("remove", "Remove a relay; administrators only.") { relay };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var name = result.GetValue(relay)!;
            var relays = await client.GetRelaysAsync(cancel);
            var rest = relays.Where(r => r != name && (!RelayUrl.TryParse(r, out var url) || (url.Authority != name && url.Host != name))).ToArray();
            if (rest.Length == relays.Count) throw new UserErrorException(ExitCode.Usage, $"the network has no relay '{name}'; see 'causeway tunnel relays'");
            if (rest.Length == 0) throw new UserErrorException(ExitCode.Usage, "this is the last relay, and without one no member finds another; add one first");
            await ChangeAsync(environment, client, rest, cancel);
        }));
        return command;
    }

    private static async Task ChangeAsync(CliEnvironment environment, ControlClient client, string[] relays, CancellationToken cancel)
    {
        await client.SetRelaysAsync(relays, cancel);
        foreach (var relay in relays) await environment.Out.WriteLineAsync(relay);
    }

    private static RelayUrl Parse(string text)
    {
        try
        {
            return RelayUrl.Parse(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
    }
}
