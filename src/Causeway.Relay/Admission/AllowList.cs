using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace Causeway.Relay.Admission;

/// <summary>The peer IDs that a relay serves, from a file: one in each line, <c>#</c> begins a comment. Read again when it has changed.</summary>
public sealed class AllowList
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private HashSet<TunnelPeerId> _peers;
    private DateTime _written;
    private long _checked;

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a line is no peer ID.</exception>
    public AllowList(string path, ILogger logger, TimeProvider? time = null)
    {
        (_path, _logger, _time) = (path, logger, time ?? TimeProvider.System);
        _checked = _time.GetTimestamp();
        _written = File.GetLastWriteTimeUtc(path);
        _peers = Read(path);
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _peers.Count;
        }
    }

    /// <summary>Whether a peer is on the list.</summary>
    public bool Contains(TunnelPeerId peer)
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_checked) >= CheckInterval) Reload();
            return _peers.Contains(peer);
        }
    }

    private static HashSet<TunnelPeerId> Read(string path)
    {
        var peers = new HashSet<TunnelPeerId>();
        try
        {
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                var text = line.Split('#')[0].Trim();
                if (text.Length == 0) continue;
                if (!TunnelPeerId.TryParse(text, out var peer)) throw new UserErrorException(ExitCode.Usage, $"line {number} of '{path}' is no peer ID; write one in each line, such as bciq…");
                peers.Add(peer);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the list of peers '{path}' cannot be read: {e.Message}", e);
        }

        return peers;
    }

    private void Reload()
    {
        _checked = _time.GetTimestamp();
        var written = File.GetLastWriteTimeUtc(_path);
        if (written == _written) return;
        try
        {
            _peers = Read(_path);
            _written = written;
            RelayLog.AllowListRead(_logger, _peers.Count);
        }
        catch (UserErrorException e)
        {
            // The list that was good goes on.
            RelayLog.AllowListNotRead(_logger, e.Message);
        }
    }
}
