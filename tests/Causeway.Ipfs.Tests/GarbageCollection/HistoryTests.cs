using Causeway.Ipfs.Stores;
using Causeway.Ipfs.Stores.Postgres;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Ipfs.Tests.Stores;
using Causeway.Ipfs.Tests.Stores.Postgres;
using Causeway.Storage;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>Whatever the order in which imports, pins, holds and collections take their steps, nothing that is needed is lost, and garbage goes.</summary>
[Collection(PostgresTests.Name)]
public sealed class HistoryTests(PostgresServer server)
{
    [Fact]
    public async Task No_order_of_steps_loses_a_block_that_somebody_needs()
    {
        using var folder = new StoreFolder();
        var options = new SqliteBlockStoreOptions { Durability = Durability.Process };
        await using var store = await SqliteBlockStore.OpenAsync(folder.Database, options, cancellationToken: Sample.Stop);
        for (var seed = 0; seed < Soak.Count(80, 3000); seed++) await RunAsync([store.Table], seed);
    }

    [Fact]
    public async Task No_order_of_steps_of_several_nodes_loses_a_block_that_one_of_them_needs()
    {
        var options = new PostgresBlockStoreOptions { Database = await server.NewNamespaceAsync() };
        await using var first = await PostgresBlockStore.OpenAsync(options, cancellationToken: Sample.Stop);
        await using var second = await PostgresBlockStore.OpenAsync(options, cancellationToken: Sample.Stop);
        for (var seed = 0; seed < Soak.Count(6, 150); seed++) await RunAsync([first.Table, second.Table], seed);
    }

    private static async Task RunAsync(IReadOnlyList<IBlockTable> nodes, int seed)
    {
        try
        {
            await new History(nodes, seed).RunAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"In the history of seed {seed}: {error.Message}", error);
        }
    }
}
