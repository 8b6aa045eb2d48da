namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>Who checks signatures of roster entries.</summary>
public interface IRosterVerifier
{
    /// <summary>Whether a signature over an entry's other bytes is the key holder's. May take a millisecond.</summary>
    bool Verify(RosterKey key, ReadOnlySpan<byte> unsigned, ReadOnlySpan<byte> signature);
}
