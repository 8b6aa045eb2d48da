using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Files.Tree;
using Causeway.Gateway.Messaging;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Files;

/// <summary>The files of a gateway: one store for the blocks of all its pages, and the root of every page's tree.</summary>
public sealed class GatewayFiles : IAsyncDisposable
{
    // Trees that nobody came back to are looked for so often.
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly ITimer _forgetting;
    private GarbageCollector? _collector;
    private AutomaticCollection? _collecting;

    private GatewayFiles(IBlockStore blocks, IPinStore? pins, FilesOptions options, TimeProvider time)
    {
        Blocks = blocks;
        Options = options;
        Time = time;
        Roots = new TreeRoots(pins, time);
        Reader = new UnixFsReader(blocks);
        Importer = new UnixFsImporter(blocks, ImportProfile.Gateway);
        Directories = new UnixFsDirectory(blocks, DirectoryProfile.Gateway);
        Trees = new TreeReader(blocks, options);
        Budget = new MemoryBudget(options.MaxUnfinishedBytes);
        _forgetting = time.CreateTimer(static self => _ = ((GatewayFiles)self!).ForgetAsync(), this, ForgetEvery, ForgetEvery);
    }

    /// <summary>The blocks of all pages. What is here, others can have who know its CID.</summary>
    public IBlockStore Blocks { get; }

    /// <summary>Bounds and times.</summary>
    public FilesOptions Options { get; }

    internal TimeProvider Time { get; }

    internal TreeRoots Roots { get; }

    internal UnixFsReader Reader { get; }

    internal UnixFsImporter Importer { get; }

    internal UnixFsDirectory Directories { get; }

    internal TreeReader Trees { get; }

    /// <summary>Room for answers to and from other gateways.</summary>
    internal MemoryBudget Budget { get; }

    /// <summary>Files that go with the process.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static GatewayFiles InMemory(FilesOptions? options = null, TimeProvider? time = null)
    {
        options ??= new FilesOptions();
        options.Validate();
        return new GatewayFiles(new MemoryBlockStore(), null, options, time ?? TimeProvider.System);
    }

    /// <summary>Files in a database that survives the process.</summary>
    /// <param name="path">The database's file; one process at a time has it open.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="store">How blocks are kept.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Storage.StorageException">The database cannot be used; the message says what to do.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The result owns the store.")]
    public static async Task<GatewayFiles> OpenAsync(
        string path, FilesOptions? options, SqliteBlockStoreOptions? store, ILoggerFactory loggers, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        options ??= new FilesOptions();
        options.Validate();
        var blocks = await SqliteBlockStore.OpenAsync(path, store, time, cancellationToken);
        var files = new GatewayFiles(blocks, blocks.Pins, options, time ?? TimeProvider.System);
        try
        {
            await files.Roots.LoadAsync(cancellationToken);
            files.Collect(blocks, loggers);
            return files;
        }
        catch
        {
            await files.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finishes what is under way and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _forgetting.DisposeAsync();
        if (_collecting is not null) await _collecting.DisposeAsync();
        _collector?.Dispose();
        await Blocks.DisposeAsync();
    }

    /// <summary>What a tree's blocks come to, in bytes, as its links say.</summary>
    internal async ValueTask<long> SizeOfAsync(Cid root, CancellationToken cancellationToken)
        => (long)Math.Min((await Reader.StatAsync(root, cancellationToken)).DagSize, long.MaxValue);

    /// <summary>Imports a file. Whoever wants to keep it has a hold of the blocks until it is in a tree.</summary>
    /// <exception cref="Ipfs.IpfsException">It is too long, or the store has no room.</exception>
    internal Task<ImportedFile> ImportAsync(Stream content, ImportOptions? options, CancellationToken cancellationToken)
        => Importer.ImportAsync(new LimitedStream(content, Options.MaxFileBytes), options, cancellationToken);

    // Not before the roots are known: what they keep would be garbage.
    private void Collect(SqliteBlockStore store, ILoggerFactory loggers)
    {
        _collector = new GarbageCollector(store, new GarbageCollectorOptions { Roots = [Roots] }, Time, loggers.CreateLogger<GarbageCollector>());
        _collecting = new AutomaticCollection(_collector);
    }

    private async Task ForgetAsync()
    {
        try
        {
            await Roots.ForgetAsync(Options.KeepTrees);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or Storage.StorageException)
        {
            // The store is closing, or busy: the next hour will do.
        }
    }
}
