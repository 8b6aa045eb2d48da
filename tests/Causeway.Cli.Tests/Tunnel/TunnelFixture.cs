using Causeway.Cli.Tunnel.Daemon;
using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Cli.Tests.Tunnel;

/// <summary>A machine with a folder of its own, whose tunnels a test plays.</summary>
internal sealed class TunnelFixture : IAsyncDisposable
{
    public const string RelayUrl = "wss://relay.example/";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-tunnel-");
    private readonly CancellationTokenSource _end = new();
    private readonly List<InProcessDaemon> _daemons = [];

    public FakeStarter Starter { get; } = new();

    /// <summary>The clock of background processes.</summary>
    public ManualTimeProvider Time { get; } = new();

    /// <summary>Command lines of background processes.</summary>
    public List<IReadOnlyList<string>> CommandLines { get; } = [];

    /// <summary>The environment's variables.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>What stands in for a background process; null for one in this process.</summary>
    public Func<IReadOnlyList<string>, IDaemonProcess>? Daemon { get; set; }

    /// <summary>Whether a person reads the output.</summary>
    public bool IsTerminal { get; set; }

    public TunnelFolders Folders => new(_folder.FullName, _folder.FullName);

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>An invitation to a network that somebody else has.</summary>
    public static InvitationToken Invitation(string network = "home", TimeSpan? validity = null) => InvitationToken.Create(
        RosterEntryId.Read(new byte[32]), network, TunnelPeerId.Read(Enumerable.Repeat((byte)7, 32).ToArray()), new ManualTimeProvider().GetUtcNow() + (validity ?? TimeSpan.FromHours(1)), [RelayUrl]);

    public async Task<NetworkFolder> CreateAsync(string network = "home", params string[] args)
    {
        var (code, _, error) = await RunAsync(["create", network, "--relay", RelayUrl, .. args]);
        Assert.True(code == 0, error);
        return Folders.Network(network);
    }

    public Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunWithAsync("", args, CancellationToken.None);

    public async Task<(int Code, string Output, string Error)> RunWithAsync(string input, string[] args, CancellationToken stop)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var reader = new StringReader(input);
        var code = await CommandLine.RunAsync(["tunnel", .. args], Environment(reader, output, error, stop)).WaitAsync(Patience, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The environment of a command.</summary>
    public CliEnvironment Environment(TextReader input, TextWriter output, TextWriter error, CancellationToken stop) => new()
    {
        In = input,
        Out = output,
        Error = error,
        Stop = stop,
        Time = Time,
        IsTerminal = IsTerminal,
        Columns = () => 120,
        Variable = name => name == TunnelFolders.StateVariable ? _folder.FullName : Variables.GetValueOrDefault(name),
        Tunnels = Starter,
        StartDaemon = arguments =>
        {
            CommandLines.Add(arguments);
            if (Daemon is not null) return Daemon(arguments);
            var daemon = InProcessDaemon.Start(arguments, (reader, writer, complaints) => Environment(reader, writer, complaints, _end.Token));
            _daemons.Add(daemon);
            return daemon;
        },
    };

    /// <summary>The exit codes of all background processes, once they have ended.</summary>
    public Task<int[]> DaemonsAsync() => Task.WhenAll(_daemons.Select(d => d.Ended)).WaitAsync(Patience, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await DaemonsAsync();
        _folder.Delete(recursive: true);
        _end.Dispose();
    }
}
