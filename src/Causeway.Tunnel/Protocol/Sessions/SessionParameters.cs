namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>What both ends of a session agreed on in RESPONSE and ESTABLISHED (docs/protocol/tunnel.md §3.1).</summary>
public sealed record SessionParameters
{
    /// <summary>The smallest MTU.</summary>
    public const int MinMtu = 1280;

    /// <summary>The largest MTU.</summary>
    public const int MaxMtu = 9000;

    /// <summary>The MTU of the inner segment in bytes, 1280…9000. Default: 1500.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>How often each side sends a HEARTBEAT, 5…300 s in whole seconds. Default: 30 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an epoch lasts, 30…86 400 s in whole seconds. Default: 5 minutes.</summary>
    public TimeSpan RotationInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether both ends take OFFLOAD_FRAMEs. Default: no.</summary>
    public bool Offload { get; init; }

    /// <summary>Whether all values are in their ranges.</summary>
    public bool IsValid =>
        Mtu is >= MinMtu and <= MaxMtu
        && HeartbeatInterval.Ticks % TimeSpan.TicksPerSecond == 0 && HeartbeatInterval.TotalSeconds is >= 5 and <= 300
        && RotationInterval.Ticks % TimeSpan.TicksPerSecond == 0 && RotationInterval.TotalSeconds is >= 30 and <= 86_400;
}
