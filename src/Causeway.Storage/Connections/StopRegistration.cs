using Causeway.Storage.Native;

namespace Causeway.Storage.Connections;

/// <summary>Stops a connection's statements when a token is cancelled, as long as it lives.</summary>
internal readonly struct StopRegistration : IDisposable
{
    private readonly SafeDatabaseHandle _handle;
    private readonly CancellationTokenRegistration _registration;

    public StopRegistration(SafeDatabaseHandle handle, CancellationToken cancellationToken)
    {
        _handle = handle;
        _registration = cancellationToken.UnsafeRegister(static handle => ((SafeDatabaseHandle)handle!).Stop(), handle);
    }

    public void Dispose()
    {
        // Waits for a callback under way: afterwards nobody stops the next one's work.
        _registration.Dispose();
        _handle.Continue();
    }
}
