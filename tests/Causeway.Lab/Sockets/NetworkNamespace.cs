using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Lab.Sockets;

/// <summary>Does something in another network namespace. What is opened there stays there.</summary>
internal static class NetworkNamespace
{
    private const int NewNetwork = 0x40000000;

    /// <summary>Runs a function on a thread of its own, which enters the namespace and ends with the function; without a path: here.</summary>
    /// <exception cref="LabException">The namespace cannot be entered.</exception>
    public static T Run<T>(string? path, Func<T> function)
    {
        if (path is null) return function();
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(path);
                if (LibC.EnterNamespace(handle, NewNetwork) != 0) throw LibC.Failure(path);
                result = function();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
