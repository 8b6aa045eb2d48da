using Causeway.Cli.Gateway;
using Causeway.Cli.Tunnel.Daemon;

namespace Causeway.Cli;

/// <summary>What the commands need of the outside, so that tests can stand in for it.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where messages and logs go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Where secrets come in that must not stand on the command line.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Whether a person reads <see cref="Out"/>.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>How many columns the terminal has.</summary>
    public Func<int> Columns { get; init; } = () => 80;

    /// <summary>Whether root runs this.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Opens standard output for bytes that are no text.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>The running executable; null if it is not known.</summary>
    public string? Executable { get; init; } = Environment.ProcessPath;

    /// <summary>Opens a browser.</summary>
    public Action<Uri> OpenBrowser { get; init; } = Browser.Open;

    /// <summary>Ends a running command gracefully; null for the process's signals.</summary>
    public CancellationToken? Stop { get; init; }

    /// <summary>Makes the tunnel of a network.</summary>
    public ITunnelStarter Tunnels { get; init; } = new TunnelStarter();

    /// <summary>Starts this program again, in the background.</summary>
    public Func<IReadOnlyList<string>, IDaemonProcess> StartDaemon { get; init; } = DaemonProcess.Start;

    /// <summary>Leaves the terminal behind, once a background process is as it should be; null where the process is not its own.</summary>
    public IDetachment? Detachment { get; init; }

    /// <summary>The process's own.</summary>
    public static CliEnvironment Real() => new()
    {
        Out = Console.Out,
        Error = Console.Error,

        // Neither Console.In nor the width before it is needed: both send control sequences to the terminal.
        In = new StreamReader(Console.OpenStandardInput()),
        Columns = () => Console.WindowWidth is >= 20 and var width ? width : 80,
        IsTerminal = !Console.IsOutputRedirected,
        IsRoot = Environment.IsPrivilegedProcess,
        Detachment = new Detachment(),
    };
}
