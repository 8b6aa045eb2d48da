namespace Causeway.Libp2p.Connections.Managing;

/// <summary>A peer's connections, tags and protections. Guarded by the manager's lock.</summary>
internal sealed class ManagedPeer
{
    private Dictionary<string, int>? _tags;
    private HashSet<string>? _protections;

    /// <summary>Best first; replaced, never changed.</summary>
    public IConnection[] Connections { get; private set; } = [];

    /// <summary>The sum of the tags.</summary>
    public int Value { get; private set; }

    public bool IsProtected => _protections is { Count: > 0 };

    public bool IsIdle => Connections.Length == 0 && _tags is not { Count: > 0 } && !IsProtected;

    public void Add(IConnection connection) =>
        Connections = [.. Connections.Append(connection).OrderBy(static c => c.IsLimited).ThenBy(static c => c.IsRelayed).ThenBy(static c => c.OpenedAt).ThenBy(static c => c.Id)];

    public bool Remove(IConnection connection)
    {
        var rest = Connections.Where(c => c != connection).ToArray();
        if (rest.Length == Connections.Length) return false;
        Connections = rest;
        return true;
    }

    public void Tag(string tag, int value)
    {
        _tags ??= new Dictionary<string, int>(StringComparer.Ordinal);
        if (value == 0) _tags.Remove(tag);
        else _tags[tag] = value;
        Value = (int)Math.Clamp(_tags.Values.Sum(static v => (long)v), int.MinValue, int.MaxValue);
    }

    public void Protect(string reason) => (_protections ??= new HashSet<string>(StringComparer.Ordinal)).Add(reason);

    public void Unprotect(string reason) => _protections?.Remove(reason);
}
