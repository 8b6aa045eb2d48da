namespace Causeway.Libp2p.Tests;

/// <summary>Tests that look at the whole process (allocations, open sockets): they run one at a time, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
