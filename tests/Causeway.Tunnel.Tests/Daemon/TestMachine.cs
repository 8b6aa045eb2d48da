using System.Text;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Daemon;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Relays;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Segmentation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>A machine with a folder, an identity, and a tunnel on a device that is none.</summary>
internal sealed class TestMachine : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-daemon-").FullName;
    private TunnelDaemon? _daemon;

    public HybridSigningKey Key { get; } = HybridSigningKey.Generate();

    public TunnelPeerId Id => TunnelPeerId.FromPublicKey(Key.PublicKey);

    public FakeDevice Device { get; private set; } = null!;

    public TunnelDaemon Daemon => _daemon!;

    public Action<FakeDevice>? Prepare { get; set; }

    public bool Offload { get; set; } = true;

    private string RosterPath => Path.Combine(_folder, "roster.log");

    /// <summary>A network with one member, this one, which runs.</summary>
    public static async Task<TestMachine> CreateNetworkAsync(params string[] relays)
    {
        var machine = new TestMachine();
        machine.CreateNetwork(relays);
        await machine.UpAsync();
        return machine;
    }

    public void CreateNetwork(params string[] relays)
    {
        Assert.True(RosterSubnet.TryParse("10.10.10.0/24", out var subnet));
        var first = RosterAuthor.CreateNetwork("home", subnet, "creator", null, relays, new HybridRosterSignatures(Key), TimeProvider.System);
        RosterFile.Create(RosterPath, first.Id, first);
    }

    /// <summary>Another machine, which joins by an invitation of this one.</summary>
    public async Task<TestMachine> InviteAsync(string name, bool isAdministrator = false, bool offload = true)
    {
        var invitation = await Daemon.InviteAsync(new InvitationRequest(name, isAdministrator, TimeSpan.FromHours(1)), default);
        var machine = new TestMachine { Offload = offload };
        await machine.JoinAsync(invitation.Token!);
        return machine;
    }

    public void BeginToJoin(string text)
    {
        var token = InvitationToken.Parse(text);
        if (!File.Exists(RosterPath)) RosterFile.Create(RosterPath, token.NetworkId);
        Start(token);
    }

    public async Task JoinAsync(string text)
    {
        BeginToJoin(text);
        await WhenAsync(s => s.State == TunnelState.Up);
    }

    public async Task UpAsync()
    {
        Start();
        await WhenAsync(s => s.State == TunnelState.Up);
    }

    public void Start(InvitationToken? token = null)
    {
        _daemon = TunnelDaemon.Start(
            new TunnelDaemonOptions
            {
                RosterPath = RosterPath,
                InvitationsPath = Path.Combine(_folder, "invitations.json"),
                Invitation = token,
                Offload = Offload,
                Relays = new RelayConnectionOptions { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromSeconds(1) },
            },
            Key,
            NullLoggerFactory.Instance,
            deviceFactory: options =>
            {
                Device = new FakeDevice(options);
                Prepare?.Invoke(Device);
                return Device;
            });
    }

    /// <summary>Waits until the status is as wanted.</summary>
    public async Task<TunnelStatus> WhenAsync(Func<TunnelStatus, bool> condition)
    {
        await foreach (var status in Daemon.WatchAsync(TestContext.Current.CancellationToken))
        {
            if (condition(status)) return status;
        }

        throw new InvalidOperationException("The tunnel has ended.");
    }

    /// <summary>Waits until there is a session with another machine.</summary>
    public async Task<PeerReport> WhenOnlineAsync(TestMachine other, bool isOnline = true)
    {
        PeerReport? peer = null;
        await WhenAsync(_ => (peer = Daemon.GetPeers().FirstOrDefault(p => p.PeerId == other.Id.ToString() && p.Online == isOnline)) is not null);
        return peer!;
    }

    /// <summary>An ordinary frame from this machine to another, or to everybody.</summary>
    public byte[] Frame(TestMachine? to, string text)
    {
        var frame = new byte[60];
        if (to is null) frame.AsSpan(0, 6).Fill(0xff);
        else to.Device.MacAddress.CopyTo(frame);
        Device.MacAddress.CopyTo(frame.AsSpan(6));
        frame[12] = 0x88;
        frame[13] = 0xb5;
        Encoding.ASCII.GetBytes(text, frame.AsSpan(14));
        return frame;
    }

    /// <summary>Sends a frame to another machine, and waits until it is there: the next that it receives.</summary>
    public async Task SendsAsync(TestMachine other)
    {
        var frame = Frame(other, Guid.NewGuid().ToString());
        Device.Send(frame);
        Assert.Equal(frame, await other.ReceivesAsync());
    }

    /// <summary>Waits until another machine answers: where one of both has changed its relay, the other learns of it when it hears from it.</summary>
    public async Task ReachesAsync(TestMachine other)
    {
        await foreach (var ping in Daemon.PingAsync(other.Id.ToString(), 60, TestContext.Current.CancellationToken))
        {
            if (ping.RoundTripMilliseconds is not null) return;
        }

        Assert.Fail("The other machine does not answer.");
    }

    /// <summary>The next frame that this machine receives.</summary>
    public async Task<byte[]> ReceivesAsync() => (await Device.ReceiveAsync())[VirtioNetHeader.Length..];

    /// <summary>The names of all members, as this machine knows them.</summary>
    public IEnumerable<string> Names() => Daemon.GetPeers().Select(p => p.Name).Append(Daemon.GetStatus().Name ?? "").Order(StringComparer.Ordinal);

    public async Task DownAsync()
    {
        if (_daemon is not null) await _daemon.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        Key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
