using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Gateway.Messaging;

/// <summary>
/// Remembers the last ids that a (peer, protocol) has sent, so that a repetition after a lost acknowledgement is not delivered twice. Thread-safe.
/// </summary>
/// <param name="page">How many ids all filters of a page may remember together, beside <see cref="Guaranteed"/> each.</param>
internal sealed class DuplicateFilter(MemoryBudget page)
{
    /// <summary>Ids remembered. A sender may have half as many unacknowledged (<see cref="MessagingOptions.MaxUnacknowledgedMessages"/>).</summary>
    public const int Capacity = 4096;

    /// <summary>Ids remembered in any case, however many others have sent.</summary>
    public const int Guaranteed = 256;

    private readonly HashSet<UInt128> _seen = [];
    private readonly Queue<UInt128> _order = new();
    private int _reserved;
    private bool _released;

    /// <summary>Remembers an id; false when it is known already.</summary>
    public bool TryAdd(ReadOnlySpan<byte> id)
    {
        var key = KeyOf(id);
        lock (_order)
        {
            if (!_seen.Add(key)) return false;
            if (!MayGrow()) _seen.Remove(_order.Dequeue());
            _order.Enqueue(key);
            return true;
        }
    }

    /// <summary>Gives back its part of the page's room; the channel ends.</summary>
    public void Release()
    {
        lock (_order)
        {
            page.Release(_reserved);
            _reserved = 0;
            _released = true;
        }
    }

    private bool MayGrow()
    {
        if (_order.Count < Guaranteed) return true;
        if (_order.Count >= Capacity || _released || !page.TryReserve(1)) return false;
        _reserved++;
        return true;
    }

    // Ids of up to 15 bytes are their own key, with the length in the last byte; longer ones are hashed, so that an id's length costs no memory.
    private static UInt128 KeyOf(ReadOnlySpan<byte> id)
    {
        Span<byte> key = stackalloc byte[32];
        if (id.Length < 16)
        {
            id.CopyTo(key);
            key[15] = (byte)id.Length;
        }
        else
        {
            SHA256.HashData(id, key);
            key[15] = 0xff;
        }

        return BinaryPrimitives.ReadUInt128LittleEndian(key);
    }
}
