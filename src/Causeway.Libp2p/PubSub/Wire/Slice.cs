using System.Runtime.InteropServices;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>A range within a buffer. The default value is the empty range at its start.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Slice(int Offset, int Length)
{
    /// <summary>A field that is not there (as opposed to one that is empty).</summary>
    public static readonly Slice Absent = new(0, -1);

    /// <summary>Whether the field is there.</summary>
    public bool IsPresent => Length >= 0;

    /// <summary>The range's first index past its end.</summary>
    public int End => Offset + Length;

    /// <summary>The bytes; empty where absent.</summary>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> buffer) => Length > 0 ? buffer.Slice(Offset, Length) : default;

    /// <summary>The bytes; empty where absent.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => Length > 0 ? buffer.Slice(Offset, Length) : default;
}
