namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Three members that a class of tests shares; none of these tests changes anything. Made when the first asks.</summary>
public sealed class MeshFixture : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<TunnelLab>? _lab;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_lab is { IsCompletedSuccessfully: true }) await (await _lab).DisposeAsync();
    }

    /// <summary>The lab.</summary>
    internal Task<TunnelLab> GetAsync()
    {
        lock (_lock) return _lab ??= TunnelLab.StartMembersAsync(programs: ["socat", "tcpdump"]);
    }
}
