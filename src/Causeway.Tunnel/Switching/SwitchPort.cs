using Causeway.Network.Ethernet;

namespace Causeway.Tunnel.Switching;

/// <summary>A member's place at the switch.</summary>
public sealed class SwitchPort<TMember>
{
    internal SwitchPort(MacAddress address, TMember member, StormLimit storm)
    {
        MacAddress = address;
        Member = member;
        Storm = storm;
    }

    /// <summary>The address of the member's own device, which nobody else may use.</summary>
    public MacAddress MacAddress { get; }

    /// <summary>The member.</summary>
    public TMember Member { get; }

    /// <summary>Whether frames can go to and come from the member now.</summary>
    public bool IsConnected { get; internal set; }

    /// <summary>What became of the frames that came from the member.</summary>
    public SwitchCounters Counters { get; } = new();

    /// <summary>Addresses behind the member that are remembered.</summary>
    public int LearnedAddresses { get; internal set; }

    internal StormLimit Storm { get; }
}
