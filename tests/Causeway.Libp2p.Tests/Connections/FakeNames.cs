using System.Net;
using System.Net.Sockets;
using Causeway.Libp2p.Connections.Dialing;

namespace Causeway.Libp2p.Tests.Connections;

/// <summary>A domain system in memory that counts the questions.</summary>
internal sealed class FakeNames : INameResolver
{
    private readonly Dictionary<string, IPAddress[]> _addresses = [];
    private readonly Dictionary<string, string[]> _texts = [];
    private int _questions;

    public int Questions => _questions;

    /// <summary>A name that is never answered.</summary>
    public string? Silent { get; init; }

    public FakeNames Address(string name, params string[] addresses)
    {
        _addresses[name] = [.. addresses.Select(IPAddress.Parse)];
        return this;
    }

    public FakeNames Text(string name, params string[] texts)
    {
        _texts[name] = texts;
        return this;
    }

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _questions);
        if (name == Silent) await Task.Delay(Timeout.Infinite, cancellationToken);
        return [.. _addresses.GetValueOrDefault(name, []).Where(address => family == AddressFamily.Unspecified || address.AddressFamily == family)];
    }

    public ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _questions);
        return new(_texts.GetValueOrDefault(name, []));
    }
}
