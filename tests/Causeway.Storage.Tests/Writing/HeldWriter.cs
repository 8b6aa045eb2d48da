namespace Causeway.Storage.Tests.Writing;

/// <summary>Keeps a database's writer busy with a write of its own, so that what follows waits in the queue.</summary>
internal sealed class HeldWriter : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly Task _write;

    public HeldWriter(Database database)
    {
        using var isHeld = new ManualResetEventSlim();
        _write = database.WriteAsync(_ =>
        {
            isHeld.Set();
            _release.Wait(StorageFolder.Patience);
        });
        isHeld.Wait(StorageFolder.Patience);
    }

    public void Release() => _release.Set();

    public void Dispose()
    {
        _release.Set();
        _write.ContinueWith(static (_, release) => ((ManualResetEventSlim)release!).Dispose(), _release, TaskScheduler.Default);
    }
}
