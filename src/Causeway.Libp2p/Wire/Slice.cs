using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Wire;

/// <summary>A range within a buffer, as <see cref="WireReader"/> finds fields: bytes that nobody has copied yet. The default value is the empty range at the buffer's start.</summary>
/// <param name="Offset">The range's first index.</param>
/// <param name="Length">Bytes; −1 where the field is <see cref="Absent"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Slice(int Offset, int Length)
{
    /// <summary>A field that is not there (as opposed to one that is empty).</summary>
    public static readonly Slice Absent = new(0, -1);

    /// <summary>Whether the field is there.</summary>
    public bool IsPresent => Length >= 0;

    /// <summary>The range's first index past its end.</summary>
    public int End => Offset + Length;

    /// <summary>The bytes; empty where absent.</summary>
    /// <param name="buffer">The buffer that the range was found in.</param>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> buffer) => Length > 0 ? buffer.Slice(Offset, Length) : default;

    /// <summary>The bytes; empty where absent.</summary>
    /// <param name="buffer">The buffer that the range was found in.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => Length > 0 ? buffer.Slice(Offset, Length) : default;
}
