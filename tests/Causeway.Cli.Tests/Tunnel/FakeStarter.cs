using Causeway.Cli.Tunnel.Daemon;
using Causeway.Tunnel.Tests.Daemon.Control;
using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Tests.Tunnel;

/// <summary>Makes tunnels that a test plays.</summary>
internal sealed class FakeStarter : ITunnelStarter
{
    private readonly TaskCompletionSource<FakeControl> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What a tunnel is like when it starts.</summary>
    public Action<FakeControl, TunnelLaunch> Begin { get; set; } = (_, _) => { };

    /// <summary>Thrown instead of a tunnel.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The first tunnel that was started.</summary>
    public Task<FakeControl> Started => _started.Task;

    /// <summary>What they were made of.</summary>
    public List<TunnelLaunch> Launches { get; } = [];

    /// <summary>How many are there now.</summary>
    public int Running { get; private set; }

    public RunningTunnel Start(TunnelLaunch launch, ILoggerFactory loggers, TimeProvider time)
    {
        Launches.Add(launch);
        if (Failure is not null) throw Failure;
        var control = new FakeControl();
        control.Status = control.Status with { Network = launch.Folder.Name };
        Begin(control, launch);
        Running++;
        _started.TrySetResult(control);
        return new RunningTunnel(control, control.Completion, () =>
        {
            Running--;
            launch.Invitation?.Dispose();
            return ValueTask.CompletedTask;
        });
    }
}
