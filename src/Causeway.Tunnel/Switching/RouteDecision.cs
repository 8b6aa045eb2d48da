using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Switching;

/// <summary>Where a frame of this machine goes.</summary>
/// <param name="Port">To this member; null if it goes to all, or nowhere.</param>
/// <param name="Reason">Why it goes nowhere; none if it goes somewhere.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RouteDecision<TMember>(SwitchPort<TMember>? Port, SwitchDropReason Reason)
{
    /// <summary>Whether it goes to every member that is connected (<see cref="LearningSwitch{TMember}.Connected"/>).</summary>
    public bool IsFlood => Port is null && Reason == SwitchDropReason.None;
}
