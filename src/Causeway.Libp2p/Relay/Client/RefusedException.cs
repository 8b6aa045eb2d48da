using Causeway.Libp2p.Relay.Wire;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>A relay has said no.</summary>
internal sealed class RefusedException(RelayStatus status) : Exception($"it answered {status}.")
{
    public Refusal Refusal => status switch
    {
        RelayStatus.PermissionDenied => Refusal.Denied,
        RelayStatus.ReservationRefused or RelayStatus.ResourceLimitExceeded => Refusal.Refused,
        _ => Refusal.Unreachable,
    };
}
