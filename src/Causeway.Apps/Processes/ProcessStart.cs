using System.Diagnostics;
using System.Globalization;

namespace Causeway.Apps.Processes;

/// <summary>When processes began, as the system counts it.</summary>
public static class ProcessStart
{
    // The 22nd field of /proc/PID/stat (proc(5)); the second is the program's name in parentheses, which may itself hold any character.
    private const int FieldAfterName = 22 - 3;

    /// <summary>The mark of this process.</summary>
    public static long Mine { get; } = Of(Environment.ProcessId) ?? 0;

    /// <summary>The mark of a process; null if there is none with this ID.</summary>
    public static long? Of(int processId) => OperatingSystem.IsLinux() ? OfLinux(processId) : OfOther(processId);

    private static long? OfLinux(int processId)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > FieldAfterName && long.TryParse(fields[FieldAfterName], NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? OfOther(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
