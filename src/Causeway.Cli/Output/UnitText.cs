using System.Globalization;

namespace Causeway.Cli.Output;

/// <summary>Quantities for people.</summary>
internal static class UnitText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>12.3 MB (powers of 1000).</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return $"{value.ToString(unit > 0 && value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>1.23 ms.</summary>
    public static string Milliseconds(double value) => $"{value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} ms";

    /// <summary>45 s, 3 min, 2 h, 5 d: the largest unit of which there are two, or one and nothing else.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } and not { TotalSeconds: 60 } => $"{Math.Max(0, (long)time.TotalSeconds)} s",
        { TotalMinutes: < 120 } and not { TotalMinutes: 60 } => $"{(long)time.TotalMinutes} min",
        { TotalHours: < 48 } and not { TotalHours: 24 } => $"{(long)time.TotalHours} h",
        _ => $"{(long)time.TotalDays} d",
    };

    /// <summary>2026-11-20 09:41, in this machine's time zone.</summary>
    public static string Moment(DateTimeOffset moment, TimeProvider time) => TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
