using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon;

/// <summary>What the user should know as long as it holds: sentences, each under a key. What is new is logged.</summary>
internal sealed class Warnings(ILogger logger, Action onChanged)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _warnings = new(StringComparer.Ordinal);

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock) return [.. _warnings.Values];
        }
    }

    /// <summary>Sets or (null) lifts a warning.</summary>
    public void Set(string key, string? sentence)
    {
        lock (_lock)
        {
            if (sentence is null)
            {
                if (_warnings.Remove(key)) onChanged();
                return;
            }

            if (_warnings.TryGetValue(key, out var before) && before == sentence) return;
            _warnings[key] = sentence;
        }

        DaemonLog.Warning(logger, sentence);
        onChanged();
    }
}
