using System.Runtime.InteropServices;
using Causeway.Ipfs.UnixFs.Nodes;

namespace Causeway.Ipfs.UnixFs.Reading;

/// <summary>A child of a file's node that is being fetched.</summary>
/// <param name="Node">The child, when it is there.</param>
/// <param name="Start">Where its bytes begin in the file.</param>
/// <param name="Size">How many bytes its parent says it has.</param>
/// <param name="Estimate">Bytes of memory that were set aside for its block.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FetchedChild(Task<UnixFsNode> Node, long Start, long Size, long Estimate);
