namespace Causeway.Gateway.Messaging;

/// <summary>
/// How much several holders together may hold, whatever their number: of unfinished large frames all pages, of queued messages and of remembered ids one page.
/// Thread-safe.
/// </summary>
internal sealed class MemoryBudget(long limit)
{
    private long _held;

    /// <summary>What is held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Reserves room; false when there is none.</summary>
    public bool TryReserve(long length)
    {
        if (Interlocked.Add(ref _held, length) <= limit) return true;
        Release(length);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Release(long length) => Interlocked.Add(ref _held, -length);
}
