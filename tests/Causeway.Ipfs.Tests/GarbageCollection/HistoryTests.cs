using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Ipfs.Tests.Stores;
using Causeway.Storage;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>Whatever the order in which imports, pins, holds and collections take their steps, nothing that is needed is lost, and garbage goes.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task No_order_of_steps_loses_a_block_that_somebody_needs()
    {
        using var folder = new StoreFolder();
        var options = new SqliteBlockStoreOptions { Durability = Durability.Process };
        await using var store = await SqliteBlockStore.OpenAsync(folder.Database, options, cancellationToken: Sample.Stop);
        for (var seed = 0; seed < Soak.Count(80, 3000); seed++)
        {
            try
            {
                await new History(store.Table, seed).RunAsync();
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"In the history of seed {seed}: {error.Message}", error);
            }
        }
    }
}
