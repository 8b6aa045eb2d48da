using System.Collections.Immutable;
using System.Net.Sockets;
using Causeway.Network.PortMappings;

namespace Causeway.Libp2p.PortMapping;

/// <summary>The system's port mapper as one host sees it: TCP, and only the ports that it has asked for.</summary>
internal sealed class RouterPortMapper : IPortMapper
{
    private readonly PortMapper _mapper;
    private readonly bool _isShared;
    private ImmutableArray<int> _ports = [];

    /// <summary>Asks the router through <paramref name="mapper"/>.</summary>
    /// <param name="mapper">What talks to the router.</param>
    /// <param name="isShared">Whether it serves others too and outlives this; else it is disposed with this.</param>
    public RouterPortMapper(PortMapper mapper, bool isShared)
    {
        (_mapper, _isShared) = (mapper, isShared);
        mapper.Changed += OnChanged;
    }

    public event Action? Changed;

    // An address that is not public is passed on too: the component says so to the user, and announces nothing.
    public IReadOnlyList<MappedPort> Mapped =>
    [
        .. _mapper.Mappings
            .Where(m => m.Protocol == ProtocolType.Tcp && _ports.Contains(m.InternalPort))
            .Select(static m => new MappedPort(m.InternalPort, m.RouterEndPoint)),
    ];

    public ValueTask AddAsync(int internalPort, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ImmutableInterlocked.Update(ref _ports, static (ports, port) => ports.Contains(port) ? ports : ports.Add(port), internalPort);

        // A router that does not answer takes ten seconds, for which no host's start waits. What fails at once is the caller's mistake.
        var added = _mapper.AddAsync(ProtocolType.Tcp, internalPort, CancellationToken.None);
        return added.IsFaulted ? new ValueTask(added) : ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _mapper.Changed -= OnChanged;
        if (!_isShared) return _mapper.DisposeAsync();

        // Nobody waits for the router: what is not removed yet when the mapper itself ends is removed then.
        foreach (var port in _ports) _ = _mapper.RemoveAsync(ProtocolType.Tcp, port);
        return ValueTask.CompletedTask;
    }

    private void OnChanged() => Changed?.Invoke();
}
