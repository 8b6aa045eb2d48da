namespace Causeway.Network.PortMappings.Gateways;

/// <summary>
/// Tells from the seconds that a router says it has been keeping its mappings whether it has lost them since it last said so (RFC 6887 §8.5, whose rule
/// includes that of RFC 6886 §3.6: the router's clock must run as ours does, within a sixteenth and two seconds).
/// </summary>
internal sealed class EpochClock(TimeProvider time)
{
    private (uint Epoch, long At)? _last;

    /// <summary>Takes the seconds of an answer.</summary>
    /// <returns>True if the router has lost its mappings since the answer before.</returns>
    public bool HasRestarted(uint epoch)
    {
        var now = time.GetTimestamp();
        var last = _last;
        _last = (epoch, now);
        if (last is not var (before, at)) return false;
        if (epoch + 1L < before) return true;
        var (ours, theirs) = (Math.Floor(time.GetElapsedTime(at, now).TotalSeconds), (double)epoch - before);
        return ours + 2 < theirs - Math.Floor(theirs / 16) || theirs + 2 < ours - Math.Floor(ours / 16);
    }
}
