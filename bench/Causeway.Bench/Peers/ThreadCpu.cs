using System.Runtime.InteropServices;

namespace Causeway.Bench.Peers;

/// <summary>The CPU time of the calling thread (<c>clock_gettime</c>, Linux), which other programs on the machine do not disturb as they do the time on the wall.</summary>
internal static partial class ThreadCpu
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID, linux/time.h

    /// <summary>CPU time so far, in milliseconds.</summary>
    public static double Milliseconds
    {
        get
        {
            if (GetTime(ThreadCpuTime, out var time) != 0) throw new InvalidOperationException("clock_gettime failed.");
            return (time.Seconds * 1000.0) + (time.Nanoseconds / 1e6);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
