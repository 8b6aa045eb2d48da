using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <summary>The valid values that a search has found, and who has which. Thread-safe.</summary>
internal sealed class FoundValues(FoundValues.Check isValid, FoundValues.Comparison isBetter)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, ReadOnlyMemory<byte>> _values = [];
    private ReadOnlyMemory<byte>? _best;

    public delegate bool Check(ReadOnlySpan<byte> value);

    public delegate bool Comparison(ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current);

    /// <summary>Peers that had a valid value.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _values.Count;
        }
    }

    /// <summary>The best value; null where none was valid.</summary>
    public ReadOnlyMemory<byte>? Best
    {
        get
        {
            lock (_lock) return _best;
        }
    }

    /// <summary>Peers that had a worse value.</summary>
    public IReadOnlyList<PeerId> Outdated
    {
        get
        {
            lock (_lock) return [.. _values.Where(pair => !pair.Value.Span.SequenceEqual(_best!.Value.Span)).Select(static pair => pair.Key)];
        }
    }

    /// <summary>Takes in what a peer had; what is not valid counts as nothing.</summary>
    public void Add(PeerId peer, ReadOnlyMemory<byte> value)
    {
        if (!isValid(value.Span)) return;
        lock (_lock)
        {
            _values[peer] = value;
            if (_best is not { } best || isBetter(value.Span, best.Span)) _best = value;
        }
    }

    /// <summary>Whether a peer had the best value.</summary>
    public bool HasBest(PeerId peer)
    {
        lock (_lock) return _best is { } best && _values.TryGetValue(peer, out var value) && value.Span.SequenceEqual(best.Span);
    }
}
