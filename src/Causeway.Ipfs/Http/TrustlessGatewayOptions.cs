using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>What a trustless gateway gives away. Immutable.</summary>
public sealed record TrustlessGatewayOptions
{
    /// <summary>Most bytes of one archive; the connection is broken there. Default 16 GiB, at least 4 MiB.</summary>
    public long MaxCarLength { get; init; } = 16L << 30;

    /// <summary>How long fetching from others may take before the first byte is sent; 504 then. Default 30 s.</summary>
    public TimeSpan FirstBlockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long fetching a block from others may take on the way; the connection is broken then. Default 60 s.</summary>
    public TimeSpan NextBlockTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long writing one archive may take; the connection is broken then. Its blocks are held for so long, and a garbage collection spares whatever came since. Default 12 hours.
    /// </summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(12);

    /// <summary>What is refused with 410, though it is here, whether it is asked for or on the path or below. Called for every block. Default nothing.</summary>
    public Func<Cid, bool>? IsDenied { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public void Validate()
    {
        if (MaxCarLength < 4 << 20) throw new ArgumentException($"{nameof(MaxCarLength)} must be 4 MiB or more.");
        if (FirstBlockTimeout <= TimeSpan.Zero || NextBlockTimeout <= TimeSpan.Zero || MaxDuration <= TimeSpan.Zero) throw new ArgumentException("Timeouts must be above 0.");
    }
}
