namespace Causeway.Libp2p.Resources;

/// <summary>Accounts for memory that a connection or stream holds on behalf of its peer (resource manager of libp2p).</summary>
public interface IMemoryScope
{
    /// <summary>Reserves; false when a limit of the scope, its peer or the whole system would be passed.</summary>
    bool TryReserve(long bytes);

    /// <summary>Gives back what was reserved.</summary>
    void Release(long bytes);
}
