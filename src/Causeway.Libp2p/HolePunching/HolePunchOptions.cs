namespace Causeway.Libp2p.HolePunching;

/// <summary>How relayed connections are turned into direct ones.</summary>
public sealed record HolePunchOptions
{
    /// <summary>Attempts to punch in a row. Default 3, as the spec asks; 1 to 10.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>How long both sides dial in one attempt. Default 5 seconds: time for three SYNs.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a dial of the other side's public addresses may take, before punching is tried. Default 5 seconds.</summary>
    public TimeSpan DirectDialTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the exchange of messages may take. Default 30 seconds.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause before it is all tried again while the relayed connection stands; doubled each time, up to an hour. Also tried when our addresses change.
    /// Default 1 minute; zero for never.
    /// </summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Peers that are worked on at once; more wait. Default 8.</summary>
    public int MaxConcurrent { get; init; } = 8;

    /// <summary>Whether private and loopback addresses count as well: for closed networks whose NATs are inside. Default no.</summary>
    public bool AllowPrivateAddresses { get; init; }

    internal void Validate()
    {
        if (Attempts is < 1 or > 10) throw new ArgumentException($"{nameof(Attempts)} must be between 1 and 10.");
        if (AttemptTimeout <= TimeSpan.Zero || DirectDialTimeout <= TimeSpan.Zero || MessageTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(AttemptTimeout)}, {nameof(DirectDialTimeout)} and {nameof(MessageTimeout)} must be positive.");
        if (RetryInterval < TimeSpan.Zero) throw new ArgumentException($"{nameof(RetryInterval)} must not be negative.");
        if (MaxConcurrent < 1) throw new ArgumentException($"{nameof(MaxConcurrent)} must be at least 1.");
    }
}
