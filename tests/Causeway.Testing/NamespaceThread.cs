using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Causeway.Testing;

/// <summary>
/// A thread in a network namespace of its own, for tests that already run in a <see cref="PrivateNetwork"/>: sockets and devices that are opened
/// on it belong to that namespace, and may be used from anywhere. So one test has two machines, and needs no program for the second.
/// </summary>
public sealed partial class NamespaceThread : IDisposable
{
    private const int CloneNewNetwork = 0x40000000;
    private const uint CapabilityVersion3 = 0x20080522;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    public NamespaceThread()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "another network" };
        _thread.Start();
        Run(static () =>
        {
            if (Unshare(CloneNewNetwork) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        });
    }

    /// <summary>Runs something on the thread; its exception is the caller's.</summary>
    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>Runs something on the thread; its exception is the caller's.</summary>
    public T Run<T>(Func<T> function)
    {
        using var done = new ManualResetEventSlim();
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        _work.Add(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    /// <summary>Takes all capabilities from the thread, for good.</summary>
    public void DropCapabilities() => Run(static () =>
    {
        var header = new CapabilityHeader { Version = CapabilityVersion3 };
        if (SetCapabilities(ref header, new uint[6]) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Loop()
    {
        foreach (var action in _work.GetConsumingEnumerable()) action();
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    // The three sets (effective, permitted, inheritable) in two halves of 32 bits each; for the calling thread only (capset(2)).
    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(ref CapabilityHeader header, uint[] sets);

    [StructLayout(LayoutKind.Sequential)]
    private struct CapabilityHeader
    {
        public uint Version;
        public int Process;
    }
}
