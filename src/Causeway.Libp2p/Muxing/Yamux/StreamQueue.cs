namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>A queue of streams linked through themselves: it allocates nothing and holds each stream at most once.</summary>
internal struct ControlQueue
{
    private StreamState? _first;
    private StreamState? _last;

    /// <summary>Whether there is none.</summary>
    public readonly bool IsEmpty => _first is null;

    /// <summary>Appends, unless it is there already.</summary>
    public void Add(StreamState stream)
    {
        if (stream.InControlQueue) return;
        stream.InControlQueue = true;
        if (_last is null) _first = stream;
        else _last.NextControl = stream;
        _last = stream;
    }

    /// <summary>Takes the first, or null.</summary>
    public StreamState? Take()
    {
        var stream = _first;
        if (stream is null) return null;
        _first = stream.NextControl;
        if (_first is null) _last = null;
        stream.NextControl = null;
        stream.InControlQueue = false;
        return stream;
    }
}

/// <summary>The same for streams with data to send; taking one from the front and adding it at the end is round robin.</summary>
internal struct DataQueue
{
    private StreamState? _first;
    private StreamState? _last;

    /// <summary>Whether there is none.</summary>
    public readonly bool IsEmpty => _first is null;

    /// <summary>Appends, unless it is there already.</summary>
    public void Add(StreamState stream)
    {
        if (stream.InDataQueue) return;
        stream.InDataQueue = true;
        if (_last is null) _first = stream;
        else _last.NextData = stream;
        _last = stream;
    }

    /// <summary>Takes the first, or null.</summary>
    public StreamState? Take()
    {
        var stream = _first;
        if (stream is null) return null;
        _first = stream.NextData;
        if (_first is null) _last = null;
        stream.NextData = null;
        stream.InDataQueue = false;
        return stream;
    }
}
