using System.CommandLine;
using System.CommandLine.Completions;
using Causeway.Cli.Commands;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary>Which network a command is about, and how its tunnel is asked.</summary>
internal sealed class TunnelScope(CliEnvironment environment)
{
    private readonly Option<string?> _network = new("--network", "-n") { Recursive = true, HelpName = "name", Description = "The network, where this machine is in several." };
    private readonly Option<string?> _state = new("--state")
    {
        Recursive = true,
        Description = $"Folder with the networks of this machine. Default: ${TunnelFolders.StateVariable}, else /var/lib/causeway/tunnel for root, else $XDG_STATE_HOME/causeway/tunnel or ~/.local/state/causeway/tunnel.",
    };

    /// <summary>Gives a command, and those below it, the options.</summary>
    public void AddTo(Command command)
    {
        _network.CompletionSources.Add(context => Names(() => Folders(context.ParseResult).Networks().Select(n => n.Name)));
        command.Options.Add(_network);
        command.Options.Add(_state);
    }

    /// <summary>A member as an argument.</summary>
    public Argument<string> Peer(string description = "A member: its name, its peer ID, or the beginning of one.")
    {
        var peer = new Argument<string>("peer") { Description = description };
        peer.CompletionSources.Add(context => Names(() => PeersOf(context)));
        return peer;
    }

    /// <summary>The folders that are meant.</summary>
    public TunnelFolders Folders(ParseResult result) => TunnelFolders.Resolve(result.GetValue(_state), environment.Variable, environment.IsRoot);

    /// <summary>What another process must be told to be about the same network.</summary>
    public IEnumerable<string> Repeat(ParseResult result, string network) => result.GetValue(_state) is { } state ? ["--network", network, "--state", Path.GetFullPath(state)] : ["--network", network];

    /// <summary>The name of the network on the command line, or null.</summary>
    public string? Name(ParseResult result) => result.GetValue(_network);

    /// <summary>The network that is meant: the one that is named, or the only one.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="choose">Of several, those that can be meant; null for all.</param>
    /// <exception cref="UserErrorException">There is none, or more than one.</exception>
    public NetworkFolder Network(ParseResult result, Func<NetworkFolder, bool>? choose = null)
    {
        var folders = Folders(result);
        var networks = folders.Networks();
        if (result.GetValue(_network) is { } name)
        {
            var named = folders.Network(name);
            return named.Exists ? named : throw new UserErrorException(ExitCode.Usage, $"this machine is in no network '{name}'; {(networks.Count == 0 ? Advice(folders) : $"it is in {List(networks)}")}");
        }

        if (networks.Count > 1 && choose is not null && networks.Where(choose).ToArray() is [var only]) return only;
        return networks switch
        {
            [var single] => single,
            [] => throw new UserErrorException(ExitCode.Usage, $"this machine is in no network yet; {Advice(folders)}"),
            _ => throw new UserErrorException(ExitCode.Usage, $"this machine is in several networks ({List(networks)}); name one with --network"),
        };
    }

    /// <summary>Whether something listens at a network's socket.</summary>
    public static bool MayBeUp(NetworkFolder folder) => File.Exists(folder.SocketPath);

    /// <summary>A client of the tunnel that is meant: of several networks, the one whose tunnel is up.</summary>
    public ControlClient Client(ParseResult result) => Client(Network(result, MayBeUp));

    /// <summary>A client of a network's tunnel.</summary>
    public static ControlClient Client(NetworkFolder folder) => new(folder.SocketPath, folder.Name, VersionCommand.Version);

    /// <summary>An action that asks a running tunnel; Ctrl-C ends it.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Ask(Func<ParseResult, ControlClient, CancellationToken, Task> ask) => async (result, _) =>
    {
        using var client = Client(result);
        await ask(result, client, environment.Stop ?? CancellationToken.None);
        return (int)ExitCode.Success;
    };

    private static string List(IEnumerable<NetworkFolder> networks) => string.Join(", ", networks.Select(n => n.Name));

    private static bool IsClosed(string folder)
    {
        try
        {
            return Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any(network => !CanEnter(network));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static bool CanEnter(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string Advice(TunnelFolders folders)
    {
        // Folders of other users have names, and nothing inside that could be seen.
        if (IsClosed(folders.State)) return $"those in '{folders.State}' belong to another user: run the command as that user, or as root";
        var system = TunnelFolders.Resolve(null, _ => null, isRoot: true);
        if (!environment.IsRoot && (IsClosed(system.State) || IsClosed(system.Runtime))) return "those that the system runs belong to root: use sudo";
        return "make one with 'causeway tunnel create', or join one with 'causeway tunnel join'";
    }

    private static IEnumerable<CompletionItem> Names(Func<IEnumerable<string>> find)
    {
        try
        {
            return [.. find().Select(n => new CompletionItem(n))];
        }
        catch (Exception e) when (e is TunnelException or UserErrorException or OperationCanceledException)
        {
            // Completion has nothing to say, then.
            return [];
        }
    }

    private IEnumerable<string> PeersOf(CompletionContext context)
    {
        using var client = Client(context.ParseResult);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), environment.Time);
#pragma warning disable VSTHRD002 // Completions are asked for synchronously, and by a process of their own.
        return client.GetPeersAsync(patience.Token).GetAwaiter().GetResult().Select(p => p.Name);
#pragma warning restore VSTHRD002
    }
}
