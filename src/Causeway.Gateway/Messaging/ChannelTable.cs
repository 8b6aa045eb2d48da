using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Gateway.Messaging;

/// <summary>
/// The channels of one page. Those that it sends on have room of their own: strangers who only send to it cannot use it up, and push out each other, the longest
/// silent first. Thread-safe.
/// </summary>
internal sealed class ChannelTable(DirectMessages owner)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(PeerId Peer, string Protocol), MessageChannel> _channels = [];
    private int _strangers;
    private bool _closed;

    /// <summary>A channel to send on; null when there are too many.</summary>
    public MessageChannel? ToSend(PeerId peer, string protocol)
    {
        lock (_lock)
        {
            var exists = _channels.TryGetValue((peer, protocol), out var channel);
            if (exists && channel!.IsAddressed) return channel;
            if (_closed || _channels.Count - _strangers >= owner.Options.MaxChannels) return null;
            if (exists) _strangers--;
            else channel = Add(peer, protocol);
            channel!.IsAddressed = true;
            return channel;
        }
    }

    /// <summary>The channel of a stream that another peer has opened; null when the page is gone.</summary>
    public MessageChannel? ToReceive(PeerId peer, string protocol)
    {
        MessageChannel? oldest = null;
        try
        {
            lock (_lock)
            {
                if (_closed) return null;
                if (_channels.TryGetValue((peer, protocol), out var channel)) return channel;
                if (_strangers >= owner.Options.MaxInboundChannels && TryRemoveOldest(out oldest)) _strangers--;
                _strangers++;
                return Add(peer, protocol);
            }
        }
        finally
        {
            oldest?.Close();
        }
    }

    /// <summary>All channels at this moment.</summary>
    public IReadOnlyList<MessageChannel> Snapshot()
    {
        lock (_lock) return [.. _channels.Values];
    }

    /// <summary>Closes what is idle and forgets what has nothing left to remember.</summary>
    public void Sweep()
    {
        foreach (var channel in Snapshot())
        {
            if (channel.Sweep()) Forget(channel);
        }
    }

    /// <summary>Takes a channel that is closed out.</summary>
    public void Forget(MessageChannel channel)
    {
        lock (_lock)
        {
            var key = (channel.Peer, channel.Protocol);
            if (!_channels.TryGetValue(key, out var known) || known != channel) return;
            _channels.Remove(key);
            if (!channel.IsAddressed) _strangers--;
        }
    }

    /// <summary>The page is gone: closes all channels; there are no new ones.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
        foreach (var channel in Snapshot())
        {
            channel.Close();
            Forget(channel);
        }
    }

    private MessageChannel Add(PeerId peer, string protocol)
    {
        var channel = new MessageChannel(owner, peer, protocol);
        _channels.Add((peer, protocol), channel);
        return channel;
    }

    // Looked for only at the limit, where each stranger has cost its sender a handshake.
    private bool TryRemoveOldest([NotNullWhen(true)] out MessageChannel? oldest)
    {
        oldest = _channels.Values.Where(c => !c.IsAddressed).MinBy(c => c.LastTraffic);
        return oldest is not null && _channels.Remove((oldest.Peer, oldest.Protocol));
    }
}
