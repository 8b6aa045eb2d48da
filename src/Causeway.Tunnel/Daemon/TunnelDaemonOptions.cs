using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Relays;

namespace Causeway.Tunnel.Daemon;

/// <summary>How a <see cref="TunnelDaemon"/> is to run.</summary>
public sealed record TunnelDaemonOptions
{
    /// <summary>The network's roster (<see cref="Rosters.RosterFile"/>); it must exist, empty if an invitation is to be redeemed.</summary>
    public required string RosterPath { get; init; }

    /// <summary>The invitations that this machine gives out (<see cref="InvitationBook"/>); made with the first one.</summary>
    public required string InvitationsPath { get; init; }

    /// <summary>
    /// The invitation to redeem, if this machine is not on the roster yet; the daemon disposes of it. Default: none.
    /// </summary>
    public InvitationToken? Invitation { get; init; }

    /// <summary>What this machine wishes to be called when it joins, at most 63 bytes. Default: the machine's own name.</summary>
    public string NameWish { get; init; } = Environment.MachineName;

    /// <summary>The name of the device; a row of <c>#</c> at its end stands for the first free number. Default: <c>chr-001</c>.</summary>
    public string DeviceName { get; init; } = "chr-001";

    /// <summary>The MTU of the segment in bytes, 1280 to 9000. Default: 1500.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Whether to use segmentation offload where the system has it. Default: true.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>How often members tell each other that they are there, 5 to 300 s in whole seconds; the smaller of two members' counts. Default: 30 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long keys are used, 30 to 86 400 s in whole seconds; the smaller of two members' counts. Default: 5 minutes.</summary>
    public TimeSpan RotationInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How to connect to relays; <see cref="RelayConnectionOptions.ConnectCallback"/> is the daemon's own.</summary>
    public RelayConnectionOptions Relays { get; init; } = new();

    /// <summary>How long a shutdown may take, after which what is left is abandoned (100 ms to 1 min). Default: 3 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The program's version, for the status. Default: that of this assembly.</summary>
    public string Version { get; init; } = typeof(TunnelDaemonOptions).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        Check(ToParameters().IsValid && IsWhole(HeartbeatInterval) && IsWhole(RotationInterval), "The MTU is 1280 to 9000, the heartbeat interval 5 to 300 s, the rotation interval 30 to 86400 s.");
        Check(ShutdownTimeout >= TimeSpan.FromMilliseconds(100) && ShutdownTimeout <= TimeSpan.FromMinutes(1), "The shutdown may take 100 ms to 1 min.");
        Relays.Validate();
    }

    internal HandshakeParameters ToParameters() => new()
    {
        Mtu = Mtu,
        HeartbeatSeconds = (int)HeartbeatInterval.TotalSeconds,
        RotationSeconds = (int)RotationInterval.TotalSeconds,
    };

    private static bool IsWhole(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0;

    private static void Check(bool holds, string message)
    {
        if (!holds) throw new ArgumentOutOfRangeException(nameof(holds), message);
    }
}
