using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Causeway.Cli.Apps;
using Causeway.Cli.Commands;
using Causeway.Cli.Tunnel.Commands;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli;

/// <summary>The <c>causeway</c> command: parses, runs one command, turns what happened into an exit code.</summary>
internal static class CommandLine
{
    /// <summary>The whole command tree.</summary>
    public static RootCommand Create(CliEnvironment environment)
    {
        var root = new RootCommand("Causeway connects pages and machines peer to peer.")
        {
            GatewayCommand.Create(environment),
            AppCommand.Create(environment),
            NodeCommand.Create(environment),
            SwarmCommand.Create(environment),
            DhtCommand.Create(environment),
            CarCommand.Create(environment),
            NetcheckCommand.Create(environment),
            TunnelCommand.Create(environment),
            RelayCommand.Create(environment),
            IdCommand.Create(environment),
            CompletionsCommand.Create(environment),
            VersionCommand.Create(environment),
        };
        root.SetAction(result =>
        {
            // Helpful by default: without a command there is only one thing to say.
            return new HelpAction().Invoke(result);
        });
        return root;
    }

    /// <summary>Runs a command line; the result is the process's exit code (<see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliEnvironment environment)
    {
        var result = Create(environment).Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,

            // Commands handle signals themselves: each knows how it ends gracefully.
            ProcessTerminationTimeout = null,
        };
        try
        {
            var code = await result.InvokeAsync(configuration);
            return result.Action is ParseErrorAction ? (int)ExitCode.Usage : code;
        }
        catch (UserErrorException e)
        {
            await environment.Error.WriteLineAsync($"causeway: {e.Message}");
            return (int)e.ExitCode;
        }
        catch (Exception e) when (e is TunnelException or SegmentDeviceException)
        {
            // Relays and other members have their say in such messages.
            await environment.Error.WriteLineAsync($"causeway: {LogText.Printable(e.Message)}");
            return (int)ExitCode.Failure;
        }
        catch (Exception e)
        {
            await environment.Error.WriteLineAsync($"causeway: {e}");
            return (int)ExitCode.Failure;
        }
    }
}
