using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Layouts;

/// <summary>A part of a file that is in blocks: a leaf, or a node and all below it.</summary>
/// <param name="Cid">Its root.</param>
/// <param name="Size">Bytes of the file in it.</param>
/// <param name="DagSize">Bytes of its blocks.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FilePart(Cid Cid, ulong Size, ulong DagSize);
