namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>How TCP sockets are set up.</summary>
public sealed record TcpTransportOptions
{
    /// <summary>Connections that the operating system holds for us until they are accepted (1 to 65535). Default 512.</summary>
    public int Backlog { get; init; } = 512;

    /// <summary>Idle time before TCP's own keep-alive probes start; zero turns them off. Default 30 seconds.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether connections are dialed from a port that is listened on. Default to public addresses.</summary>
    public PortReuse PortReuse { get; init; } = PortReuse.Public;

    internal void Validate()
    {
        if (!Enum.IsDefined(PortReuse)) throw new ArgumentException($"{nameof(PortReuse)} is none of its values: {PortReuse}.");
        if (Backlog is < 1 or > 65535) throw new ArgumentException($"{nameof(Backlog)} must be between 1 and 65535, not {Backlog}.");
        if (KeepAlive < TimeSpan.Zero) throw new ArgumentException($"{nameof(KeepAlive)} must not be negative.");
    }
}
