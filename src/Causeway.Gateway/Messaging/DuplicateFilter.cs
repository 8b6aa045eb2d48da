using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Gateway.Messaging;

/// <summary>Remembers the last ids that a (peer, protocol) has sent, so that a repetition after a lost acknowledgement is not delivered twice.</summary>
internal sealed class DuplicateFilter
{
    /// <summary>Ids remembered. A sender may have half as many unacknowledged (<see cref="MessagingOptions.MaxUnacknowledgedMessages"/>).</summary>
    public const int Capacity = 4096;

    private readonly HashSet<UInt128> _seen = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>Remembers an id; false when it is known already.</summary>
    public bool TryAdd(ReadOnlySpan<byte> id)
    {
        var key = KeyOf(id);
        if (!_seen.Add(key)) return false;
        _order.Enqueue(key);
        if (_order.Count > Capacity) _seen.Remove(_order.Dequeue());
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
