namespace Causeway.Lab.Links;

/// <summary>What one direction of an emulated link has done since the lab began.</summary>
/// <param name="Carried">Frames that entered and were not dropped; the last of them may still be on the way.</param>
/// <param name="CarriedBytes">Their bytes.</param>
/// <param name="Lost">Frames that the draws for the loss took.</param>
/// <param name="Overflowed">Frames that came when as many waited for the rate as may, or when the emulation had no room or no time for them.</param>
public sealed record DirectionStatistics(long Carried, long CarriedBytes, long Lost, long Overflowed);

/// <summary>What an emulated link has done since the lab began.</summary>
/// <param name="FromMachine">From the machine to the switch.</param>
/// <param name="ToMachine">From the switch to the machine.</param>
public sealed record LinkStatistics(DirectionStatistics FromMachine, DirectionStatistics ToMachine);
