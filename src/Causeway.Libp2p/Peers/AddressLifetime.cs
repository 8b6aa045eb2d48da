namespace Causeway.Libp2p.Peers;

/// <summary>How long addresses stay in the peer store, by where they come from.</summary>
public static class AddressLifetime
{
    /// <summary>Said by someone else, such as a third peer: 2 minutes.</summary>
    public static TimeSpan Hearsay { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Found by discovery: 10 minutes.</summary>
    public static TimeSpan Discovered { get; } = TimeSpan.FromMinutes(10);

    /// <summary>We were connected there: 30 minutes from the end of the connection. While it stands nothing of that peer expires.</summary>
    public static TimeSpan RecentlyConnected { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Said by the peer itself, in Identify or a signed record: 1 hour.</summary>
    public static TimeSpan Identified { get; } = TimeSpan.FromHours(1);

    /// <summary>Known to an earlier run as that of a peer that we were connected to, and older than all of the above: 1 hour from the start, to be tried.</summary>
    public static TimeSpan Remembered { get; } = TimeSpan.FromHours(1);

    /// <summary>Configured by the user: for good.</summary>
    public static TimeSpan Permanent { get; } = TimeSpan.MaxValue;
}
