namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>An entry of a sharded folder.</summary>
internal sealed class HamtEntry(UnixFsLink link) : HamtChild
{
    public UnixFsLink Link { get; } = link;
}
