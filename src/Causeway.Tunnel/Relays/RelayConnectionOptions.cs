using System.Net;
using System.Net.Sockets;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Relays;

/// <summary>How a member connects to a relay.</summary>
public sealed record RelayConnectionOptions
{
    /// <summary>
    /// Connects a socket. It gets the address that a name was resolved to, before anything was sent there, and may bind the socket or refuse by throwing. Default: just connects.
    /// </summary>
    public Func<Socket, IPEndPoint, CancellationToken, ValueTask>? ConnectCallback { get; init; }

    /// <summary>Time for one attempt: name, TCP, TLS, upgrade, proofs (1 s to 5 min). Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between two PINGs (1 s to 1 h). Default 20 s; after three without any answer the connection is dead (tunnel protocol §8).</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The first pause before connecting again (1 ms and more); doubled after each failure. Default 0.5 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause. Default 60 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that may wait to be sent (128 KiB to 64 MiB); as much again is under way. Default 512 KiB.</summary>
    public int SendBuffer { get; init; } = 512 * 1024;

    /// <summary>Bytes that are received at once (128 KiB to 64 MiB). Default 512 KiB.</summary>
    public int ReceiveBuffer { get; init; } = 512 * 1024;

    /// <summary>Where nonces, masks and jitter come from.</summary>
    public RandomSource Random { get; init; } = RandomSource.System;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        Check(ConnectTimeout >= TimeSpan.FromSeconds(1) && ConnectTimeout <= TimeSpan.FromMinutes(5), nameof(ConnectTimeout), "1 s to 5 min");
        Check(PingInterval >= TimeSpan.FromSeconds(1) && PingInterval <= TimeSpan.FromHours(1), nameof(PingInterval), "1 s to 1 h");
        Check(FirstPause >= TimeSpan.FromMilliseconds(1) && FirstPause <= LongestPause, nameof(FirstPause), "1 ms to LongestPause");
        Check(LongestPause <= TimeSpan.FromHours(1), nameof(LongestPause), "at most 1 h");
        Check(SendBuffer is >= 128 * 1024 and <= 64 * 1024 * 1024, nameof(SendBuffer), "128 KiB to 64 MiB");
        Check(ReceiveBuffer is >= 128 * 1024 and <= 64 * 1024 * 1024, nameof(ReceiveBuffer), "128 KiB to 64 MiB");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, $"{name} must be {range}.");
    }
}
