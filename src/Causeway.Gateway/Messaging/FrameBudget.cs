namespace Causeway.Gateway.Messaging;

/// <summary>
/// How many bytes of unfinished large frames all pages together may hold. Small frames are free; a peer that announces large ones and trickles them costs
/// at most this much memory, however many streams it opens.
/// </summary>
internal sealed class FrameBudget(long limit)
{
    /// <summary>Frames up to this length are not counted.</summary>
    public const int FreeLength = 64 * 1024;

    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Reserves room for a frame; false when there is none.</summary>
    public bool TryReserve(long length)
    {
        if (Interlocked.Add(ref _held, length) <= limit) return true;
        Release(length);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Release(long length) => Interlocked.Add(ref _held, -length);
}
