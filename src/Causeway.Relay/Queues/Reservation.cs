using System.Runtime.InteropServices;

namespace Causeway.Relay.Queues;

/// <summary>Room for a record in a queue, to be written by its sender only.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Reservation(SenderQueue Queue, Chunk Chunk, int Offset, int Length)
{
    /// <summary>Where the record goes.</summary>
    public Span<byte> Span => Chunk.Bytes.AsSpan(Offset, Length);
}
