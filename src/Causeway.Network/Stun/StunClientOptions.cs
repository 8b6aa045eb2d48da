namespace Causeway.Network.Stun;

/// <summary>How patiently a <see cref="StunClient"/> asks (RFC 8489 §6.2.1).</summary>
public sealed record StunClientOptions
{
    /// <summary>The pause after the first request (RTO), 50 ms to 10 s; it doubles after each further one. Default 500 ms.</summary>
    public TimeSpan RetransmissionTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a request is sent (Rc), 1 to 10. Default 7.</summary>
    public int Requests { get; init; } = 7;

    /// <summary>How long the client waits after the last request (Rm), in units of the first pause, 1 to 64. Default 16.</summary>
    public int LastWait { get; init; } = 16;

    /// <summary>Requests under way at once, 1 to 65536. Default 256.</summary>
    public int MaxTransactions { get; init; } = 256;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(RetransmissionTimeout >= TimeSpan.FromMilliseconds(50) && RetransmissionTimeout <= TimeSpan.FromSeconds(10), nameof(RetransmissionTimeout), "50 ms to 10 s");
        Check(Requests is >= 1 and <= 10, nameof(Requests), "1 to 10");
        Check(LastWait is >= 1 and <= 64, nameof(LastWait), "1 to 64");
        Check(MaxTransactions is >= 1 and <= 65536, nameof(MaxTransactions), "1 to 65536");
    }

    /// <summary>The pause after the <paramref name="request"/>-th request, the first being 1.</summary>
    internal TimeSpan PauseAfter(int request) => request < Requests ? RetransmissionTimeout * (1 << (request - 1)) : RetransmissionTimeout * LastWait;

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
