using System.Collections.Concurrent;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>Hosts that reach each other by peer ID, without addresses, encryption or a socket.</summary>
internal sealed class FakeNetwork
{
    /// <summary>Everyone who is up.</summary>
    public ConcurrentDictionary<PeerId, FakeHost> Hosts { get; } = new();

    /// <summary>Every subscription of every host.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<FakePubSub, bool>> Topics { get; } = new();

    /// <summary>Called before a stream is opened; may fail or delay it.</summary>
    public Func<FakeHost, PeerId, string, Task>? Opening { get; set; }
}
