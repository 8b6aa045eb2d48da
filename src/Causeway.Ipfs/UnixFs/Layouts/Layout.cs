namespace Causeway.Ipfs.UnixFs.Layouts;

/// <summary>Links leaves as they come, and holds no more than the links of nodes that are not full yet.</summary>
/// <param name="link">Makes the node of some parts.</param>
internal abstract class Layout(Func<IReadOnlyList<FilePart>, FilePart> link)
{
    /// <summary>Takes the next leaf.</summary>
    public abstract void Add(FilePart leaf);

    /// <summary>The root of all leaves; there was at least one.</summary>
    public abstract FilePart Finish();

    protected FilePart Link(IReadOnlyList<FilePart> parts) => link(parts);
}
