namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>Which end of a relay link speaks; each has records of its own.</summary>
public enum RecordSender
{
    /// <summary>The member, who opened the connection.</summary>
    Member,

    /// <summary>The relay, who accepted it.</summary>
    Relay,
}
