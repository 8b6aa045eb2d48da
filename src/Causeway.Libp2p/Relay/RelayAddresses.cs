using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay;

/// <summary>Which addresses of a relay are worth telling, and how relayed addresses are put together.</summary>
internal static class RelayAddresses
{
    /// <summary>More addresses than this are not taken from one relay.</summary>
    public const int MaxPerRelay = 16;

    /// <summary><c>/p2p-circuit</c>.</summary>
    public static Multiaddress Circuit { get; } = Multiaddress.Parse("/p2p-circuit");

    /// <summary>
    /// Whether <paramref name="address"/> is of use to those who come over connections like <paramref name="path"/>: private addresses are for those
    /// in private networks, loopback for this machine.
    /// </summary>
    public static bool IsUseful(Multiaddress address, Multiaddress path)
    {
        if (address.IsEmpty || address.IsRelayed || address.IsUnspecified) return false;
        if (address.IsLoopback) return path.IsLoopback;
        return !address.IsLocal || path.IsLocal;
    }

    /// <summary>Reads <c>[/address]/p2p/relay/p2p-circuit[/p2p/target]</c>. Circuits through more than one relay are not supported by anybody.</summary>
    public static bool TryRead(Multiaddress address, [NotNullWhen(true)] out PeerId? relay, out Multiaddress relayAddress, out PeerId? target)
    {
        relay = null;
        target = null;
        relayAddress = Multiaddress.Empty;
        if (!address.IsRelayed) return false;
        var head = address.Decapsulate("p2p-circuit");
        var tail = address.After("p2p-circuit");
        if (head.IsRelayed || head.PeerId is not { } found || head.Components[^1].Protocol != "p2p") return false;
        if (!tail.IsEmpty && (tail.Components.Count != 1 || tail.PeerId is null)) return false;
        relay = found;
        relayAddress = head.WithoutPeerId();
        target = tail.PeerId;
        return true;
    }

    /// <summary>What a relay said of its addresses: those that are its own and of use, without <c>/p2p</c>.</summary>
    public static IEnumerable<Multiaddress> Read(IEnumerable<ReadOnlyMemory<byte>> addresses, PeerId relay, Multiaddress path)
    {
        foreach (var bytes in addresses.Take(4 * MaxPerRelay))
        {
            if (!Multiaddress.TryFromBytes(bytes.Span, out var address) || address.IsRelayed) continue;

            // go-libp2p sends /p2p twice where it announces addresses that have it already (go-libp2p issue 3003).
            var bare = WithoutPeer(WithoutPeer(address, relay), relay);
            if (!bare.Has("p2p") && IsUseful(bare, path)) yield return bare;
        }
    }

    /// <summary>The relayed address of this host behind an address of a relay.</summary>
    public static Multiaddress Through(Multiaddress address, PeerId relay) => address.WithPeerId(relay).Encapsulate(Circuit);

    private static Multiaddress WithoutPeer(Multiaddress address, PeerId peer) => peer.Equals(address.PeerId) ? address.WithoutPeerId() : address;
}
