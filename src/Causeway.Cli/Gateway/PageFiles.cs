using Causeway.Gateway.Files;
using Causeway.Hosting.Lifecycle;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Gateway;

/// <summary>Where a gateway keeps the files of its pages.</summary>
internal static class PageFiles
{
    // Several gateways at once have a store each, and the first one that starts next has the first one's.
    private const int MaxStores = 64;

    private const long MaxBytes = 64L * 1024 * 1024 * 1024;

    // Blocks are read once and sent; a gateway is one program among others on a person's machine.
    private const int CacheBytes = 2 * 1024 * 1024;

    /// <summary>Opens a store that nobody else has open; where none can be opened files live in memory, and a message says why.</summary>
    public static async Task<GatewayFiles> OpenAsync(CliEnvironment environment, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(StateFolder.Usual(environment.Variable), "gateway");
        try
        {
            StateFolder.Create(folder);
            return await OpenAsync(folder, 1, environment.Time, loggers, cancellationToken);
        }
        catch (Exception e) when (e is UserErrorException or StorageException)
        {
            await environment.Error.WriteLineAsync($"Files of pages are kept in memory only, and go with this gateway: {e.Message}");
            return GatewayFiles.InMemory(time: environment.Time);
        }
    }

    private static async Task<GatewayFiles> OpenAsync(string folder, int number, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, number == 1 ? "files.db" : $"files-{number}.db");
        try
        {
            return await GatewayFiles.OpenAsync(path, null, new SqliteBlockStoreOptions { MaxBytes = MaxBytes, CacheBytes = CacheBytes }, loggers, time, cancellationToken);
        }
        catch (StorageException e) when (e.Error == StorageError.Busy && number < MaxStores)
        {
            return await OpenAsync(folder, number + 1, time, loggers, cancellationToken);
        }
    }
}
