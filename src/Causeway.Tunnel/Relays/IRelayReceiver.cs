using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Tunnel.Relays;

/// <summary>Takes what comes through a relay. Called by one thread at a time, in order; what is not done when a method returns holds everything up.</summary>
public interface IRelayReceiver
{
    /// <summary>A payload of another member.</summary>
    /// <param name="source">Who sent it, as the relay says.</param>
    /// <param name="payload">1 to 66 528 bytes, in the buffer that they were received in: to be opened in place. Used for the next ones as soon as this returns.</param>
    void OnPayload(TunnelPeerId source, Memory<byte> payload);

    /// <summary>All that was received at once has been handed over: the time to send answers, and to pass on what was collected.</summary>
    void OnPause();

    /// <summary>What was sent to a member did not reach it.</summary>
    void OnUnreachable(TunnelPeerId destination, UnreachableReason reason);
}
