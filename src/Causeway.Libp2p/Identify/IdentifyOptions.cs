using System.Reflection;

namespace Causeway.Libp2p.Identify;

/// <summary>What Identify tells others about this host, and when.</summary>
public sealed record IdentifyOptions
{
    /// <summary>The program and its version. Default <c>causeway/&lt;version&gt;</c>; at most 128 characters.</summary>
    public string AgentVersion { get; init; } = "causeway/" + OwnVersion();

    /// <summary>The family of protocols. Default <c>ipfs/0.1.0</c>, as every public implementation says; at most 128 characters.</summary>
    public string ProtocolVersion { get; init; } = "ipfs/0.1.0";

    /// <summary>How long one exchange may take. Default 10 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause before a peer that did not answer is asked again, which is done twice. Default 5 seconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long changes are collected before they are pushed to connected peers. Default 100 ms.</summary>
    public TimeSpan PushDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    internal void Validate()
    {
        if (AgentVersion.Length > 128 || ProtocolVersion.Length > 128)
            throw new ArgumentException($"{nameof(AgentVersion)} and {nameof(ProtocolVersion)} must have at most 128 characters.");
        if (Timeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(IdentifyOptions)}.{nameof(Timeout)} must be positive.");
        if (RetryDelay < TimeSpan.Zero) throw new ArgumentException($"{nameof(RetryDelay)} must not be negative.");
        if (PushDelay < TimeSpan.Zero) throw new ArgumentException($"{nameof(PushDelay)} must not be negative.");
    }

    private static string OwnVersion()
    {
        var version = typeof(IdentifyOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

        // Without the build's commit.
        return version.Split('+')[0];
    }
}
