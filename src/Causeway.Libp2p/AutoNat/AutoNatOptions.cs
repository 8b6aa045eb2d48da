namespace Causeway.Libp2p.AutoNat;

/// <summary>How a host finds out whether others can dial it, and helps others to find out.</summary>
public sealed record AutoNatOptions
{
    /// <summary>Whether this host asks others to dial it back. Default yes.</summary>
    public bool UseClient { get; init; } = true;

    /// <summary>Whether this host dials others back who ask. Default yes.</summary>
    public bool UseServer { get; init; } = true;

    /// <summary>Whether loopback and private addresses count, on both sides: for labs and closed networks. Default no, as the specs demand on the internet.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>By how many servers (networks) the agreeing ones must outnumber the others before an address counts as reachable or not. Default 2, at least 1. When fewer servers are connected, those suffice.</summary>
    public int Confidence { get; init; } = 2;

    /// <summary>After how long what is known is checked again. Default 15 minutes (go-libp2p, <c>p2p/host/autonat/options.go</c>).</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After how long a server is asked again that failed, and an address is tried again that could not be dialed; doubled with each further failure up to <see cref="RefreshInterval"/>. Default 90 seconds (go-libp2p, as above).</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a server may take to answer. Default 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limits of the server.</summary>
    public AutoNatServerOptions Server { get; init; } = new();

    internal void Validate()
    {
        if (Confidence < 1) throw new ArgumentException($"{nameof(AutoNatOptions)}.{nameof(Confidence)} must be at least 1.");
        if (RetryInterval <= TimeSpan.Zero || RefreshInterval < RetryInterval)
            throw new ArgumentException($"{nameof(AutoNatOptions)}: 0 < {nameof(RetryInterval)} ≤ {nameof(RefreshInterval)} must hold.");
        if (RequestTimeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(AutoNatOptions)}.{nameof(RequestTimeout)} must be positive.");
        Server.Validate();
    }
}
