namespace Causeway.Tunnel.Relays;

/// <summary>What became of a record.</summary>
public enum SendResult
{
    /// <summary>It was taken, and is sent with the next <see cref="RelayConnection.Flush"/>.</summary>
    Taken,

    /// <summary>There is no room at the moment: <see cref="RelayConnection.WaitForRoom"/>, or drop it.</summary>
    Full,

    /// <summary>There is no connection; it is lost.</summary>
    NotConnected,
}
