namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>How much a roster may hold (tunnel protocol §5.1, §8).</summary>
public static class RosterLimits
{
    /// <summary>The longest entry in bytes.</summary>
    public const int EntrySize = 8192;

    /// <summary>The most entries of a network. All that deciding between them needs (a bit for each pair in the worst case) then stays below 128 MiB.</summary>
    public const int Entries = 32_768;

    /// <summary>The most parents of an entry, and the most heads in a message.</summary>
    public const int Parents = 16;

    /// <summary>The most members that administrators take in.</summary>
    public const int Members = 4096;

    /// <summary>The most relays.</summary>
    public const int Relays = 8;

    /// <summary>The longest URL of a relay in bytes.</summary>
    public const int RelayUrl = 512;
}
