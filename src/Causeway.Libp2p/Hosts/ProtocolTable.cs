using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.Streams;

namespace Causeway.Libp2p.Hosts;

/// <summary>The protocols that a host serves. Read without locks; changes replace the table.</summary>
internal sealed class ProtocolTable
{
    private readonly Lock _lock = new();
    private Dictionary<string, ServedProtocol> _table = new(StringComparer.Ordinal);

    /// <summary>Raised after a change.</summary>
    public event Action? Changed;

    public IReadOnlyCollection<string> Ids => Volatile.Read(ref _table).Keys;

    public bool Serves(string protocol) => Volatile.Read(ref _table).ContainsKey(protocol);

    public bool TryGet(string protocol, [NotNullWhen(true)] out ServedProtocol? served) => Volatile.Read(ref _table).TryGetValue(protocol, out served);

    public IDisposable Add(string protocol, StreamHandler handler, ProtocolOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        ArgumentNullException.ThrowIfNull(handler);
        var served = new ServedProtocol(protocol, handler, options ?? new ProtocolOptions());
        lock (_lock)
        {
            if (_table.ContainsKey(protocol)) throw new InvalidOperationException($"{protocol} is served already; dispose what Handle returned first.");
            Volatile.Write(ref _table, new Dictionary<string, ServedProtocol>(_table, StringComparer.Ordinal) { [protocol] = served });
        }

        Changed?.Invoke();
        return new Registration(this, served);
    }

    private void Remove(ServedProtocol served)
    {
        lock (_lock)
        {
            if (!_table.TryGetValue(served.Id, out var current) || current != served) return;
            var table = new Dictionary<string, ServedProtocol>(_table, StringComparer.Ordinal);
            table.Remove(served.Id);
            Volatile.Write(ref _table, table);
        }

        Changed?.Invoke();
    }

    private sealed class Registration(ProtocolTable table, ServedProtocol served) : IDisposable
    {
        public void Dispose() => table.Remove(served);
    }
}
