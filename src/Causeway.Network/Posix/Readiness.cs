using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Network.Posix;

/// <summary>
/// Lets one thread wait until a descriptor is readable, and any other thread end that wait. For descriptors that .NET cannot wait for itself:
/// network devices and netlink sockets.
/// </summary>
public sealed class Readiness : IDisposable
{
    private readonly SafeHandle _descriptor;
    private readonly SafeFileHandle _wake;

    /// <summary>Watches a descriptor, which stays the caller's.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public Readiness(SafeHandle descriptor)
    {
        _descriptor = descriptor;
        _wake = LibC.EventDescriptor(0, LibC.EventNonBlocking | LibC.EventCloseOnExec);
        if (_wake.IsInvalid) throw new IOException($"eventfd: {Errno.Describe(Marshal.GetLastPInvokeError())}.");
    }

    /// <summary>Waits until the descriptor is readable or in error; the next read tells which.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever. Rounded up to milliseconds.</param>
    /// <returns>Why the wait ended.</returns>
    /// <exception cref="ObjectDisposedException">The descriptor is closed.</exception>
    public unsafe ReadinessResult Wait(TimeSpan timeout)
    {
        bool descriptorHeld = false, wakeHeld = false;
        try
        {
            _descriptor.DangerousAddRef(ref descriptorHeld);
            _wake.DangerousAddRef(ref wakeHeld);
            var descriptors = stackalloc LibC.PollDescriptor[2];
            descriptors[0] = new LibC.PollDescriptor { Descriptor = (int)_descriptor.DangerousGetHandle(), Events = LibC.PollIn };
            descriptors[1] = new LibC.PollDescriptor { Descriptor = (int)_wake.DangerousGetHandle(), Events = LibC.PollIn };
            var milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
            var ready = LibC.Poll(descriptors, 2, milliseconds);
            if (ready < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                return errno == Errno.EINTR ? ReadinessResult.TimedOut : throw new IOException($"poll: {Errno.Describe(errno)}.");
            }

            if (ready == 0) return ReadinessResult.TimedOut;
            return descriptors[1].Returned != 0 ? ReadinessResult.Woken : ReadinessResult.Readable;
        }
        finally
        {
            if (wakeHeld) _wake.DangerousRelease();
            if (descriptorHeld) _descriptor.DangerousRelease();
        }
    }

    /// <summary>Ends the wait that is going on and every later one, until <see cref="Reset"/>.</summary>
    public unsafe void Wake()
    {
        var one = 1UL;
        try
        {
            _ = LibC.Write(_wake, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Whoever waited is gone.
        }
    }

    /// <summary>Forgets earlier <see cref="Wake"/>s.</summary>
    public unsafe void Reset()
    {
        ulong count;
        _ = LibC.Read(_wake, &count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();
}

/// <summary>Why <see cref="Readiness.Wait"/> returned.</summary>
public enum ReadinessResult
{
    /// <summary>The time is over, or a signal came; wait again.</summary>
    TimedOut,

    /// <summary>There is something to read, or an error to be had by reading.</summary>
    Readable,

    /// <summary><see cref="Readiness.Wake"/> was called.</summary>
    Woken,
}
