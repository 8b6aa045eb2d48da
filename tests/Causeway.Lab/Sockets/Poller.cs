using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Lab.Sockets;

/// <summary>Waits for sockets, for a time, and for <see cref="Wake"/> from another thread.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const short Readable = 1;
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int SetTimerSlack = 29;
    private readonly SafeFileHandle _wake;
    private readonly PollDescriptor[] _descriptors;

    /// <summary>For these sockets, which must outlive it.</summary>
    public Poller(params ReadOnlySpan<PacketSocket> sockets)
    {
        var descriptor = LibC.EventDescriptor(0, NonBlockingCloseOnExec);
        if (descriptor < 0) throw LibC.Failure("eventfd");
        _wake = new SafeFileHandle(descriptor, ownsHandle: true);
        _descriptors = new PollDescriptor[sockets.Length + 1];
        _descriptors[0] = new PollDescriptor { Descriptor = descriptor, Wanted = Readable };
        for (var i = 0; i < sockets.Length; i++)
            _descriptors[i + 1] = new PollDescriptor { Descriptor = (int)sockets[i].Handle.DangerousGetHandle(), Wanted = Readable };
    }

    /// <summary>Lets the calling thread's timers fire when they are due, instead of up to 50 µs later (prctl(2), PR_SET_TIMERSLACK).</summary>
    public static void SharpenTimersOfThisThread() => LibC.ControlProcess(SetTimerSlack, 1);

    /// <summary>Waits until something can be read or the time is over; endless without a time. Once woken it never waits again.</summary>
    public void Wait(long? nanoseconds) => Wait(_descriptors.Length, nanoseconds);

    /// <summary>Waits that long, whatever can be read.</summary>
    public void Rest(long nanoseconds) => Wait(1, nanoseconds);

    /// <summary>Ends the current wait and all later ones.</summary>
    public void Wake()
    {
        ulong one = 1;
        LibC.Write(_wake, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private void Wait(int count, long? nanoseconds)
    {
        var time = new TimeSpec { Seconds = (nanoseconds ?? 0) / 1_000_000_000, Nanoseconds = (nanoseconds ?? 0) % 1_000_000_000 };
        fixed (PollDescriptor* descriptors = _descriptors) LibC.Poll(descriptors, (nuint)count, nanoseconds is null ? null : &time, 0);
    }
}
