using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class HostMemoryTests : IAsyncDisposable
{
    private readonly TestHosts _hosts = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-memory-").FullName;

    private string File => Path.Combine(_folder, "peers.db");

    public async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task After_a_restart_a_host_connects_by_peer_ID_alone()
    {
        var other = await _hosts.StartAsync();
        await using (var first = await _hosts.StartAsync(builder => builder.UsePeerMemory(File), listen: false))
            await TestHosts.ConnectAsync(first, other);
        var again = await _hosts.StartAsync(builder => builder.UsePeerMemory(File), listen: false);
        var connection = await again.ConnectAsync(other.Id, Patience);
        Assert.Equal(other.Id, connection.RemotePeer);
    }

    [Fact]
    public async Task A_host_without_memory_does_not()
    {
        var other = await _hosts.StartAsync();
        await using (var first = await _hosts.StartAsync(listen: false)) await TestHosts.ConnectAsync(first, other);
        var again = await _hosts.StartAsync(listen: false);
        var failure = await Assert.ThrowsAsync<Libp2pException>(async () => await again.ConnectAsync(other.Id, Patience));
        Assert.Equal(Libp2pError.NoAddress, failure.Error);
    }

    [Fact]
    public async Task A_memory_that_cannot_be_opened_fails_the_start_and_says_why()
    {
        await System.IO.File.WriteAllTextAsync(File, "no database", Patience);
        var failure = await Assert.ThrowsAsync<Storage.StorageException>(() => _hosts.StartAsync(builder => builder.UsePeerMemory(File)));
        Assert.Contains(File, failure.Message);
    }
}
