using System.Runtime.InteropServices;

namespace Causeway.Hosting.Lifecycle;

/// <summary>
/// Turns SIGINT (Ctrl-C), SIGTERM, SIGHUP and SIGQUIT into a graceful end. The first signal cancels <see cref="Token"/>; a second one ends the process the
/// usual way, for a shutdown that hangs.
/// </summary>
public sealed class ShutdownSignals : IDisposable
{
    private static readonly PosixSignal[] Handled = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Starts to listen for signals.</summary>
    public ShutdownSignals() => _registrations = [.. Handled.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested) return;
        context.Cancel = true;

        // Not on the runtime's signal thread: what is cancelled may take its time.
        _ = _source.CancelAsync();
    }
}
