using System.Diagnostics;
using System.Globalization;
using System.Net;
using Causeway.Lab.Processes;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>A machine of a lab that is, or is to be, a member of a network.</summary>
internal sealed class TunnelMachine(LabHost host) : IAsyncDisposable
{
    /// <summary>The name of the networks that tests make.</summary>
    public const string Network = "office";

    /// <summary>The device.</summary>
    public const string Device = "chr-001";

    // Every machine has a /run of its own, and shares the rest.
    private const string State = "/run/home/t";

    // The command lines of what runs on the machine.
    private const string ListProcesses = "for p in /proc/[0-9]*; do [ \"$(readlink $p/ns/net)\" = \"$(readlink /proc/self/ns/net)\" ] && tr '\\0' ' ' < $p/cmdline && echo; done; true";

    private ControlClient? _client;
    private LabProcess? _daemon;

    /// <summary>The executable.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "causeway");

    /// <summary>The machine.</summary>
    public LabHost Host => host;

    /// <summary>Its name, there and in the network.</summary>
    public string Name => host.Name;

    /// <summary>The daemon that this test has started in the foreground.</summary>
    public LabProcess Daemon => _daemon ?? throw new InvalidOperationException($"{Name} is not up.");

    /// <summary>How its processes are started.</summary>
    public static ProcessOptions Options { get; } = new() { Environment = new Dictionary<string, string> { ["CAUSEWAY_STATE"] = State } };

    private ControlClient Client => _client ??= new ControlClient(host.Outside($"{State}/{Network}/control.sock"), Network, "test");

    /// <summary>Runs <c>causeway tunnel …</c> to its end.</summary>
    public Task<RunResult> RunAsync(params string[] arguments) => RunAsync(Options, arguments);

    /// <summary>Runs <c>causeway tunnel …</c> to its end.</summary>
    public Task<RunResult> RunAsync(ProcessOptions options, params string[] arguments) => host.RunAsync(options, Program, ["tunnel", .. arguments]);

    /// <summary>Makes a network whose first administrator this machine is; it is not up.</summary>
    public async Task CreateAsync(string relay, params string[] arguments) =>
        (await RunAsync(["create", Network, "--relay", relay, "--name", Name, .. arguments])).Succeeded();

    /// <summary>Changes what is in <c>settings.json</c>, which is read at the next start.</summary>
    public void Configure(string settings)
    {
        Directory.CreateDirectory(host.Outside($"{State}/{Network}"));
        File.WriteAllText(host.Outside($"{State}/{Network}/settings.json"), settings);
    }

    /// <summary>Starts the tunnel and waits until it is up.</summary>
    public async Task UpAsync(params string[] arguments)
    {
        await StartAsync(["up", "--foreground", .. arguments]);
        await UntilStatusAsync(s => s.State == TunnelState.Up, "the tunnel is up");
    }

    /// <summary>Starts the tunnel, and waits for nothing.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        if (_daemon is not null) await _daemon.DisposeAsync();
        _daemon = await host.StartAsync(Options, Program, ["tunnel", .. arguments]);
    }

    /// <summary>An invitation, as the text that the newcomer needs.</summary>
    public async Task<string> InviteAsync(params string[] arguments) => (await RunAsync(["invite", .. arguments])).Succeeded().Output.Trim();

    /// <summary>Redeems an invitation, stays up, and waits until it is a member.</summary>
    public async Task JoinAsync(string token, params string[] arguments)
    {
        if (_daemon is not null) await _daemon.DisposeAsync();
        _daemon = await host.StartAsync(Options with { Input = token + "\n" }, Program, ["tunnel", "join", "-", "--name", Name, "--foreground", .. arguments]);
        await _daemon.WaitForLineAsync("this machine is ", TestLab.Patience);
        await UntilStatusAsync(s => s is { State: TunnelState.Up, Ipv4: not null }, "the machine is a member");
    }

    /// <summary>How it stands, as the command says.</summary>
    public async Task<TunnelStatus> StatusAsync() =>
        System.Text.Json.JsonSerializer.Deserialize((await RunAsync("status", "--json")).Succeeded().Output, ControlJson.Default.TunnelStatus)!;

    /// <summary>The other members, as the command says.</summary>
    public async Task<IReadOnlyList<PeerReport>> PeersAsync() =>
        System.Text.Json.JsonSerializer.Deserialize((await RunAsync("peers", "--json")).Succeeded().Output, ControlJson.Default.IReadOnlyListPeerReport)!;

    /// <summary>Another member, as the command says.</summary>
    public async Task<PeerReport> PeerAsync(TunnelMachine other) => (await PeersAsync()).Single(p => p.Name == other.Name);

    /// <summary>Waits until the status is as wanted.</summary>
    public Task<TunnelStatus> UntilStatusAsync(Func<TunnelStatus, bool> holds, string what) => UntilAsync(Client.GetStatusAsync, holds, what);

    /// <summary>Waits until the list of the other members is as wanted.</summary>
    public Task<IReadOnlyList<PeerReport>> UntilPeersAsync(Func<IReadOnlyList<PeerReport>, bool> holds, string what, TimeSpan? patience = null) =>
        UntilAsync(Client.GetPeersAsync, holds, what, patience);

    /// <summary>Waits until there is a session with each of these members.</summary>
    public Task UntilOnlineAsync(params IEnumerable<TunnelMachine> others) =>
        UntilPeersAsync(peers => others.Where(o => o != this).All(o => peers.Any(p => p.Name == o.Name && p.Online)), "there are sessions with " + string.Join(", ", others.Select(o => o.Name)));

    /// <summary>The address in the network.</summary>
    public async Task<IPAddress> Ipv4Async() => AddressOf((await UntilStatusAsync(s => s.Ipv4 is not null, "there is an IPv4 address")).Ipv4!);

    /// <summary>The address in the network.</summary>
    public async Task<IPAddress> Ipv6Async() => AddressOf((await UntilStatusAsync(s => s.Ipv6 is not null, "there is an IPv6 address")).Ipv6!);

    /// <summary>The system's ping through the tunnel: once the other is reached, answers come, and each once. Losses are counted where windows keep every queue from overflowing (<see cref="Traffic.LabTraffic"/>).</summary>
    public async Task PingAsync(IPAddress to, int count = 3)
    {
        await ReachAsync(to);
        var ping = await host.RunAsync("ping", "-c", $"{count}", "-i", "0.02", "-w", $"{TestLab.Patience.TotalSeconds}", $"{to}");
        Assert.True(ping.ExitCode == 0 && !ping.Output.Contains("DUP", StringComparison.Ordinal), $"{Name} to {to}: {ping.Output}{ping.Error}");
        if (ping.Output.Contains($"{count} packets transmitted, {count} received,", StringComparison.Ordinal)) return;
        var drops = string.Join(' ', (await PeersAsync()).Select(p => $"{p.Name}: {string.Join(' ', p.Traffic.Drops)}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Name} to {to}: {ping.Output}own drops: {string.Join(' ', (await StatusAsync()).Traffic.Drops)}; by peer: {drops}");
    }

    /// <summary>Pings until the first answer: after somebody was killed frames may go to a session that its peer has lost, and after a relay was, to one that a peer has not come back to.</summary>
    public async Task ReachAsync(IPAddress to)
    {
        var patience = Stopwatch.StartNew();
        RunResult ping;
        do ping = await host.RunAsync("ping", "-c", "1", "-W", "1", $"{to}");
        while (ping.ExitCode != 0 && patience.Elapsed < TestLab.Patience);
        Assert.True(ping.ExitCode == 0, $"{Name} to {to}: {ping.Output}{ping.Error}");
    }

    /// <summary>Whether there is the device.</summary>
    public async Task<bool> HasDeviceAsync(string device = Device) => (await host.RunAsync("ip", "link", "show", "dev", device)).ExitCode == 0;

    /// <summary>Waits until the device is there, or has gone.</summary>
    public async Task UntilDeviceAsync(bool isThere)
    {
        using var patience = new CancellationTokenSource(TestLab.Patience);
        while (await HasDeviceAsync() != isThere) patience.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until no process of a tunnel is left: it lets go of device and lock a moment before it has ended.</summary>
    public async Task UntilNoProcessAsync()
    {
        using var patience = new CancellationTokenSource(TestLab.Patience);
        while ((await host.RunAsync("sh", "-c", ListProcesses)).Output.Contains("causeway tunnel", StringComparison.Ordinal)) patience.Token.ThrowIfCancellationRequested();
    }

    /// <summary>A counter of the device, such as <c>tx_dropped</c>.</summary>
    public async Task<long> DeviceCounterAsync(string counter) =>
        long.Parse((await host.RunAsync("cat", $"/sys/class/net/{Device}/statistics/{counter}")).Succeeded().Output, CultureInfo.InvariantCulture);

    /// <summary>Ends the daemon as a power cut would.</summary>
    public Task KillAsync() => Daemon.KillAsync();

    /// <summary>Ends the tunnel as a user does.</summary>
    public async Task DownAsync()
    {
        (await RunAsync("down")).Succeeded();
        if (_daemon is not null) (await _daemon.WaitForExitAsync(TestLab.Patience)).Succeeded();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_daemon is not null) await _daemon.DisposeAsync();
    }

    private static IPAddress AddressOf(string text) => IPAddress.Parse(text.Split('/')[0]);

    // The one place that polls: what a daemon knows comes when it comes.
    private async Task<T> UntilAsync<T>(Func<CancellationToken, Task<T>> ask, Func<T, bool> holds, string what, TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? TestLab.Patience);
        object? last = null;
        while (!patience.IsCancellationRequested)
        {
            try
            {
                var answer = await ask(patience.Token);
                if (holds(answer)) return answer;
                last = answer;
            }
            catch (ControlException e)
            {
                last = e.Message;
                if (_daemon is { Exit.IsCompleted: true }) break;
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.Delay(25);
        }

        var seen = last is IEnumerable<PeerReport> peers ? string.Join('\n', peers) : $"{last}";
        Assert.Fail($"{Name} waited in vain until {what}. Last: {seen}\n{string.Join('\n', _daemon?.Lines.TakeLast(40) ?? [])}");
        throw new InvalidOperationException();
    }
}
