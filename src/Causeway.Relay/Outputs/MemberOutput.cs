using Causeway.Relay.Queues;

namespace Causeway.Relay.Outputs;

/// <summary>Where bytes for a member go.</summary>
internal abstract class MemberOutput
{
    /// <summary>Sends all of a batch.</summary>
    public abstract ValueTask SendAsync(SendBatch batch);

    /// <summary>Ends the connection at once.</summary>
    public abstract void Abort();
}
