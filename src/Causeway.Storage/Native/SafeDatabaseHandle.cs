using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Storage.Native;

/// <summary>An owned <c>sqlite3</c>, with the flag that makes what runs on it stop.</summary>
internal sealed unsafe class SafeDatabaseHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    // A few microseconds' work of SQLite's virtual machine between two looks at the flag.
    private const int InstructionsBetweenLooks = 2000;

    private int* _stop;

    /// <summary>Makes <see cref="Stop"/> work.</summary>
    public void WatchForStop()
    {
        _stop = (int*)NativeMemory.AllocZeroed(sizeof(int));
        LibSqlite.SetProgressHandler(this, InstructionsBetweenLooks, &IsStopped, _stop);
    }

    /// <summary>Makes the statement that runs now, and every later one, fail until <see cref="Continue"/>. From any thread while the handle is open.</summary>
    public void Stop()
    {
        Volatile.Write(ref *_stop, 1);

        // Single instructions may take long, the integrity check above all; those look at this one.
        LibSqlite.Interrupt(this);
    }

    /// <summary>Statements run again.</summary>
    public void Continue() => Volatile.Write(ref *_stop, 0);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        var isClosed = LibSqlite.Close(handle) == SqliteCode.Ok;
        NativeMemory.Free(_stop);
        return isClosed;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int IsStopped(int* flag) => Volatile.Read(ref *flag);
}
