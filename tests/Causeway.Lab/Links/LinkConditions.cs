namespace Causeway.Lab.Links;

/// <summary>What an emulated link does to frames; the same in both directions, so the round trip has twice the delay.</summary>
public sealed record LinkConditions
{
    /// <summary>A link that only carries: no delay, no loss, no limit.</summary>
    public static LinkConditions None { get; } = new();

    /// <summary>The time from one end to the other, the same for every frame. 0 to 10 s.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The share of frames that vanish, each by a draw of its own. 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Bits per second that the link carries, of whole Ethernet frames; 0: no limit.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>How long a frame waits at most because of <see cref="BitsPerSecond"/>, before the delay begins; what would wait longer is dropped. 0 to 10 s.</summary>
    public TimeSpan Buffer { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Where the draws for <see cref="Loss"/> start. The direction from the machine uses this seed, the one to it <c>Seed + 1</c>; every frame takes one
    /// draw, whatever the loss is.
    /// </summary>
    public int Seed { get; init; } = 1;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="LabException">A value is.</exception>
    internal void Validate()
    {
        if (Delay < TimeSpan.Zero || Delay > TimeSpan.FromSeconds(10)) throw new LabException("The delay of a link is 0 to 10 seconds.");
        if (Buffer < TimeSpan.Zero || Buffer > TimeSpan.FromSeconds(10)) throw new LabException("The buffer of a link is 0 to 10 seconds.");
        if (!(Loss is >= 0 and <= 1)) throw new LabException("The loss of a link is a share, 0 to 1.");
        if (BitsPerSecond < 0) throw new LabException("The rate of a link is a number of bits per second, or 0 for no limit.");
    }
}
