namespace Causeway.Ipfs.UnixFs.Chunking;

internal sealed class FixedChunker(int length) : Chunker(length)
{
    internal override bool IsFixed => true;

    internal override int Cut(ReadOnlySpan<byte> window) => window.Length;
}
