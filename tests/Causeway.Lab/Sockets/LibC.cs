using System.Runtime.InteropServices;

namespace Causeway.Lab.Sockets;

/// <summary>The C library's calls that .NET has no name for.</summary>
internal static partial class LibC
{
    private const string Name = "libc";

    /// <summary>kill(2).</summary>
    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);
}
