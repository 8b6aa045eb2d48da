using Causeway.Multiformats;

namespace Causeway.Gateway.Messaging;

/// <summary>What direct messages do to the page.</summary>
internal interface IMessageHandler
{
    /// <summary>Hands a message to the page's queue; completes when the queue has taken it.</summary>
    ValueTask DeliverAsync(PeerId peer, ReadOnlyMemory<byte> pushHead, ReadOnlyMemory<byte> json);

    /// <summary>The other gateway has handed a message to its page.</summary>
    void Acknowledged(long ack);

    /// <summary>A message is finally given up.</summary>
    void Failed(long ack, string error);
}
