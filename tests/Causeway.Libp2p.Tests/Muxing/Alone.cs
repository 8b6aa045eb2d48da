namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>Tests in this collection run when no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
