using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Files.Http;

/// <summary>How many requests for files a browser may have open at once. Thread-safe.</summary>
internal sealed class TransferLimit(int limit)
{
    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>Runs a request.</summary>
    /// <exception cref="HttpRefusal">There are too many.</exception>
    public async Task RunAsync(string browser, Func<Task> serve)
    {
        try
        {
            if (_open.AddOrUpdate(browser, 1, static (_, count) => count + 1) > limit)
                throw new HttpRefusal(StatusCodes.Status429TooManyRequests, $"more than {limit} files are being transferred at once; wait for one to end");
            await serve();
        }
        finally
        {
            if (_open.AddOrUpdate(browser, 0, static (_, count) => count - 1) == 0) _open.TryRemove(new(browser, 0));
        }
    }
}
