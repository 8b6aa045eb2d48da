namespace Causeway.Ipfs.UnixFs.Layouts;

/// <summary>
/// Each node links leaves, and when it is full of them four nodes of depth 1 (leaves only), four of depth 2 and so on, up to less than its own depth; the root has no depth.
/// Source: <c>boxo/ipld/unixfs/importer/trickle</c>.
/// </summary>
internal sealed class TrickleLayout : Layout
{
    private const int Repeats = 4;

    private readonly int _maxLeaves;
    private readonly Stack<Node> _path = [];

    public TrickleLayout(int maxLeaves, Func<IReadOnlyList<FilePart>, FilePart> link) : base(link)
    {
        _maxLeaves = maxLeaves;
        _path.Push(new Node(int.MaxValue));
    }

    public override void Add(FilePart leaf)
    {
        if (_path.Peek().Parts.Count >= _maxLeaves) Descend();
        _path.Peek().Parts.Add(leaf);
    }

    public override FilePart Finish()
    {
        while (_path.Count > 1) Close();
        return Link(_path.Peek().Parts);
    }

    /// <summary>To the next node that has room for leaves.</summary>
    private void Descend()
    {
        while (_path.Peek().ChildDepth >= _path.Peek().Depth) Close();
        var parent = _path.Peek();
        _path.Push(new Node(parent.ChildDepth));
        parent.Children++;
    }

    private void Close()
    {
        var node = _path.Pop();
        _path.Peek().Parts.Add(Link(node.Parts));
    }

    private sealed class Node(int depth)
    {
        public List<FilePart> Parts { get; } = [];

        public int Depth { get; } = depth;

        public int Children { get; set; }

        /// <summary>The depth of its next child.</summary>
        public int ChildDepth => 1 + (Children / Repeats);
    }
}
