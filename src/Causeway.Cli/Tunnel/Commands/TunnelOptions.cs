using System.CommandLine;
using Causeway.Cli.Relay;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary>Options that several tunnel commands have.</summary>
internal static class TunnelOptions
{
    public static Option<string?> Device() => new("--device") { Description = "Name of the network device; ### at its end stands for the first free number. Default: chr-###, that is chr-001 as a rule." };

    public static Option<string?> PassphraseFile() =>
        new("--passphrase-file") { Description = $"File whose first line is the passphrase of this machine's key. Default: the environment variable {RelayState.PassphraseVariable}, else none." };

    public static Option<bool> Foreground() => new("--foreground", "-f") { Description = "Stay in the foreground, for service managers." };

    /// <summary>Set by the command that starts the tunnel in the background for the process that then is the tunnel.</summary>
    public static Option<bool> Background() => new("--background-child") { Hidden = true };

    public static Option<bool> Verbose() => new("--verbose", "-v") { Arity = ArgumentArity.Zero, Description = "Log more; -vv still more." };

    public static Option<string?> OwnName() => new("--name") { Description = "Name of this machine in the network. Default: its host name." };
}
