using System.IO.Pipelines;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Tests.Muxing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Connections;

/// <summary>Upgraders for both ends.</summary>
internal static class UpgradePair
{
    public static (Cryptography.Keys.PrivateKey Key, PeerId Peer) Dialer { get; } = Some.NewIdentity();

    public static (Cryptography.Keys.PrivateKey Key, PeerId Peer) Listener { get; } = Some.NewIdentity();

    public static NoiseSecurity DialerNoise { get; } = new(Dialer.Key);

    public static NoiseSecurity ListenerNoise { get; } = new(Listener.Key);

    // Its clock stands still: no keep-alive gets between what the tests count.
    public static YamuxProtocol Yamux { get; } = new(time: new ManualTimeProvider());

    public static ConnectionUpgrader DialerUpgrader { get; } = new([DialerNoise], [Yamux]);

    public static ConnectionUpgrader ListenerUpgrader { get; } = new([ListenerNoise], [Yamux]);

    public static async Task<(UpgradedConnection Dialer, UpgradedConnection Listener, FlightConnection DialerWire, FlightConnection ListenerWire)> UpgradeAsync(
        ConnectionUpgrader? dialer = null, ConnectionUpgrader? listener = null, PeerId? expected = null)
    {
        var patience = Some.Patience;
        var (a, b) = FlightConnection.CreatePair();
        var listening = (listener ?? ListenerUpgrader).UpgradeAsync(b, ConnectionRole.Responder, null, new CountingScope(), patience).AsTask();
        var dialing = (dialer ?? DialerUpgrader).UpgradeAsync(a, ConnectionRole.Initiator, expected, new CountingScope(), patience).AsTask();
        try
        {
            return (await dialing, await listening, a, b);
        }
        catch
        {
            // A failure on one side ends the other.
            await Assert.ThrowsAnyAsync<Exception>(() => listening);
            throw;
        }
    }
}

/// <summary>A peer from before early muxer negotiation: it offers no muxers in its handshake.</summary>
internal sealed class WithoutEarlyMuxers(ISecurityProtocol inner) : ISecurityProtocol
{
    public string Id => inner.Id;

    public ValueTask<SecureChannel> SecureAsync(
        IDuplexPipe transport, ConnectionRole role, PeerId? expectedPeer, IReadOnlyList<string> muxers, CancellationToken cancellationToken) =>
        inner.SecureAsync(transport, role, expectedPeer, [], cancellationToken);
}

/// <summary>The same protocol by another name.</summary>
internal sealed class RenamedSecurity(ISecurityProtocol inner, string id) : ISecurityProtocol
{
    public string Id => id;

    public ValueTask<SecureChannel> SecureAsync(
        IDuplexPipe transport, ConnectionRole role, PeerId? expectedPeer, IReadOnlyList<string> muxers, CancellationToken cancellationToken) =>
        inner.SecureAsync(transport, role, expectedPeer, muxers, cancellationToken);
}

/// <summary>The same muxer by another name.</summary>
internal sealed class RenamedMuxer(IMuxerProtocol inner, string id) : IMuxerProtocol
{
    public string Id => id;

    public IMuxer Start(IDuplexPipe pipe, ConnectionRole role, IMemoryScope memory) => inner.Start(pipe, role, memory);
}
