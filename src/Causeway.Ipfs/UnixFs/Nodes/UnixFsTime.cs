using System.Runtime.InteropServices;

namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>A time as it is on the wire.</summary>
/// <param name="Seconds">Seconds since 1970, or before.</param>
/// <param name="Nanoseconds">Nanoseconds past that, 1 to 999 999 999, or null where none are written.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnixFsTime(long Seconds, uint? Nanoseconds)
{
    private const int NanosecondsPerTick = 100;

    public static UnixFsTime From(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        var nanoseconds = (uint)((time.UtcTicks - DateTimeOffset.FromUnixTimeSeconds(seconds).UtcTicks) * NanosecondsPerTick);
        return new UnixFsTime(seconds, nanoseconds == 0 ? null : nanoseconds);
    }

    /// <summary>The time, to 100 ns; null where .NET cannot say it (outside of the years 1 to 9999).</summary>
    public DateTimeOffset? ToDateTimeOffset()
    {
        if (Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return null;
        return DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks((Nanoseconds ?? 0) / NanosecondsPerTick);
    }
}
