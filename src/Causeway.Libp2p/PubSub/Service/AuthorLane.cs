using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>The messages of one author that wait for their verdicts, which they get in order.</summary>
internal sealed class AuthorLane(ValidationPipeline pipeline, MessageId author) : IThreadPoolWorkItem
{
    /// <summary>The author's ID bytes, as claimed.</summary>
    public MessageId Author { get; } = author;

    /// <summary>What waits. Guarded by the pipeline's lock.</summary>
    public Queue<GossipMessage> Waiting { get; } = new();

    /// <summary>Whether it is being worked on. Guarded by the pipeline's lock.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Messages whose verdict the router has not taken yet. Guarded by the pipeline's lock.</summary>
    public int Unsettled { get; set; }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _ = pipeline.RunAsync(this);
}
