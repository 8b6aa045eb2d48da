namespace Causeway.Network.Netlink;

/// <summary>Something about the machine's network changed.</summary>
public abstract record NetworkEvent
{
    private NetworkEvent()
    {
    }

    /// <summary>An interface appeared or changed, or (<paramref name="IsRemoved"/>) went away.</summary>
    public sealed record LinkChanged(NetworkLink Link, bool IsRemoved) : NetworkEvent;

    /// <summary>An address was added or changed its state, or (<paramref name="IsRemoved"/>) was taken away.</summary>
    public sealed record AddressChanged(InterfaceAddress Address, bool IsRemoved) : NetworkEvent;

    /// <summary>A route was added, or (<paramref name="IsRemoved"/>) removed.</summary>
    public sealed record RouteChanged(NetworkRoute Route, bool IsRemoved) : NetworkEvent;

    /// <summary>Changes came faster than they were read, or in a form that could not be read, and some are lost: whoever keeps a picture of the network lists everything again.</summary>
    public sealed record Missed : NetworkEvent;
}
