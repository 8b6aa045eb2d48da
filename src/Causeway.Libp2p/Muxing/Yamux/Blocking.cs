namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>For callers of the synchronous half of <see cref="Stream"/>, who ask to block.</summary>
internal static class Blocking
{
#pragma warning disable VSTHRD002 // Blocking is what was asked for; libraries here never run under a synchronisation context.
    /// <summary>Waits for a task.</summary>
    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    /// <summary>Waits for a result.</summary>
    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
