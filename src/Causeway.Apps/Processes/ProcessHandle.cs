using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Apps.Processes;

/// <summary>
/// Linux's handle of one process (pidfd_open(2), Linux 5.3): unlike its ID it never means another process, so what was checked is what gets the signal.
/// </summary>
internal sealed partial class ProcessHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    // The numbers of the calls are the same on all architectures (asm-generic/unistd.h).
    private const long PidfdSendSignal = 424;
    private const long PidfdOpen = 434;

    // asm-generic: errno-base.h, poll.h, signal.h.
    private const int NoSuchProcess = 3;
    private const short Readable = 1;

    private ProcessHandle(nint descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public const int Terminate = 15;

    /// <summary>Ends a process (SIGKILL).</summary>
    public const int Kill = 9;

    /// <summary>Opens a process; null if there is none with this ID.</summary>
    /// <exception cref="Win32Exception">The system does not let us.</exception>
    public static ProcessHandle? TryOpen(int processId)
    {
        var descriptor = SystemCall(PidfdOpen, processId, 0, 0, 0);
        if (descriptor >= 0) return new ProcessHandle((nint)descriptor);
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? null : throw new Win32Exception(error);
    }

    /// <summary>Sends a signal.</summary>
    /// <returns>False if the process has ended.</returns>
    /// <exception cref="Win32Exception">The system does not let us.</exception>
    public bool Send(int signal)
    {
        if (SystemCall(PidfdSendSignal, handle, signal, 0, 0) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    /// <summary>Waits for the process's end.</summary>
    /// <returns>Whether it has come.</returns>
    public bool WaitForEnd(TimeSpan patience)
    {
        var end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            var wait = new PollRequest { Descriptor = (int)handle, Events = Readable };
            var left = (int)Math.Clamp(end - Environment.TickCount64, 0, int.MaxValue);
            var ready = Poll(ref wait, 1, left);
            if (ready > 0) return true;
            if (ready == 0) return false;

            // Interrupted by a signal of our own: the rest of the time.
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, long b, long c, long d);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Answered;
    }
}
