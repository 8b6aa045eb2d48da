namespace Causeway.Libp2p.Resources;

/// <summary>Limits of a <see cref="ResourceManager"/>. The defaults grow with the machine's memory.</summary>
public sealed record ResourceOptions
{
    private const long Mebibyte = 1024 * 1024;

    private static readonly long MachineMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // One connection per 4 MiB of the machine: more than a host keeps idle connections for (see ConnectionManagerOptions), less than exhausts it.
    private static readonly int MachineConnections = (int)Math.Clamp(MachineMemory / (4 * Mebibyte), 1024, 65536);

    /// <summary>Everything together. Default: a connection per 4 MiB of the machine's memory (1024 to 65536), 32 streams for each, an eighth of the memory (at least 256 MiB).</summary>
    public ScopeLimits System { get; init; } = new()
    {
        Connections = MachineConnections,
        Streams = MachineConnections * 32,
        Memory = Math.Max(256 * Mebibyte, MachineMemory / 8),
    };

    /// <summary>Connections whose peer is not known yet: handshakes under way. Default 512, of which 256 inbound.</summary>
    public ScopeLimits Transient { get; init; } = new() { Connections = 512, InboundConnections = 256, Memory = 64 * Mebibyte };

    /// <summary>Each peer. Default 16 connections, 8192 streams, 128 MiB.</summary>
    public ScopeLimits Peer { get; init; } = new() { Connections = 16, Streams = 8192, Memory = 128 * Mebibyte };

    /// <summary>Each connection. Default 4096 streams in each direction, 64 MiB.</summary>
    public ScopeLimits Connection { get; init; } = new() { InboundStreams = 4096, OutboundStreams = 4096, Memory = 64 * Mebibyte };

    internal void Validate()
    {
        System.Validate("system");
        Transient.Validate("transient");
        Peer.Validate("peer");
        Connection.Validate("connection");
    }
}
