using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Layouts;

namespace Causeway.Ipfs.UnixFs.Importing;

/// <summary>A leaf of a file, hashed.</summary>
/// <param name="block">Its block.</param>
/// <param name="content">The bytes of the file in it.</param>
internal sealed class Leaf(Block block, ReadOnlyMemory<byte> content)
{
    public Block Block { get; } = block;

    public ReadOnlyMemory<byte> Content { get; } = content;

    public FilePart Part => new(Block.Cid, (ulong)Content.Length, (ulong)Block.Data.Length);
}
