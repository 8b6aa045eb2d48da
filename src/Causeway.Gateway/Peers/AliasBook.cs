using Causeway.Multiformats;

namespace Causeway.Gateway.Peers;

/// <summary>Short names for the logs: <c>peer-a</c> … <c>peer-z</c>, <c>peer-aa</c> … A peer that comes back has its old name, as long as it is remembered.</summary>
internal sealed class AliasBook
{
    /// <summary>Identities remembered; the oldest is forgotten first.</summary>
    public const int Capacity = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, string> _aliases = [];
    private readonly Queue<PeerId> _order = new();
    private int _next;

    /// <summary>The peer's alias.</summary>
    public string For(PeerId peer)
    {
        lock (_lock)
        {
            if (_aliases.TryGetValue(peer, out var alias)) return alias;
            alias = Name(_next++);
            _aliases[peer] = alias;
            _order.Enqueue(peer);
            if (_order.Count > Capacity) _aliases.Remove(_order.Dequeue());
            return alias;
        }
    }

    /// <summary>The alias with a number from 0: letters counted as spreadsheets count columns.</summary>
    public static string Name(int index)
    {
        Span<char> letters = stackalloc char[8];
        var start = letters.Length;
        for (var n = index + 1; n > 0; n = (n - 1) / 26) letters[--start] = (char)('a' + ((n - 1) % 26));
        return string.Concat("peer-", letters[start..]);
    }
}
