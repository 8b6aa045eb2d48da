using Causeway.Ipfs.Stores;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>A store each of whose steps waits for its turn; several share one database.</summary>
internal sealed class SteppedStore(IBlockTable table, Stepper stepper) : PersistentBlockStore(new SteppedTable(table, stepper), TimeProvider.System);
