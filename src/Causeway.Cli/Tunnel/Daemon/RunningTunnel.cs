using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>A tunnel that this process runs.</summary>
/// <param name="control">What can be asked of it.</param>
/// <param name="completion">See <see cref="Completion"/>.</param>
/// <param name="dispose">Stops it, if need be, and puts away what it was made of.</param>
internal sealed class RunningTunnel(ITunnelControl control, Task completion, Func<ValueTask> dispose) : IAsyncDisposable
{
    /// <summary>What can be asked of it.</summary>
    public ITunnelControl Control => control;

    /// <summary>Completes when it has stopped, and fails with the reason when it could not go on: the invitation was refused, the device was deleted.</summary>
    public Task Completion => completion;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => dispose();
}
