using System.Net;
using Causeway.Multiformats.Addresses;

namespace Causeway.Multiformats;

/// <content>What an address reaches, judged by the IP address it starts with. Names are not resolved: all of these are false for <c>/dns…</c>.</content>
public sealed partial class Multiaddress
{
    /// <summary>This machine only: 127.0.0.0/8, ::1.</summary>
    public bool IsLoopback => Scope == AddressScope.Loopback;

    /// <summary>This private network only: RFC 1918, RFC 6598 (100.64.0.0/10), RFC 4193 (fc00::/7).</summary>
    public bool IsPrivate => Scope == AddressScope.Private;

    /// <summary>This link only: 169.254.0.0/16, fe80::/10.</summary>
    public bool IsLinkLocal => Scope == AddressScope.LinkLocal;

    /// <summary>No further than this machine, link or private network: <see cref="IsLoopback"/>, <see cref="IsLinkLocal"/> or <see cref="IsPrivate"/>.</summary>
    public bool IsLocal => Scope is AddressScope.Loopback or AddressScope.LinkLocal or AddressScope.Private;

    /// <summary>All addresses of this machine: 0.0.0.0, ::. Something to listen on, not to dial.</summary>
    public bool IsUnspecified => Scope == AddressScope.Unspecified;

    /// <summary>Reachable over the internet as far as the address tells (not in one of the special-purpose registries of RFC 6890).</summary>
    public bool IsPublic => Scope == AddressScope.Public;

    /// <summary>Whether the path goes through a relay (<c>/p2p-circuit</c>).</summary>
    public bool IsRelayed => IndexOf(AddressProtocols.P2pCircuit) >= 0;

    private AddressScope Scope => IPIndex() is >= 0 and var index ? AddressScopes.Of(ValueBytes(_parts[index])) : AddressScope.None;

    /// <summary>
    /// This address with another IP address in place of the one it starts with (and of its zone): to name the interfaces behind
    /// <c>/ip4/0.0.0.0</c>, or the mapped address behind a private one.
    /// </summary>
    /// <exception cref="InvalidOperationException">This does not start with an IP address.</exception>
    public Multiaddress WithIPAddress(IPAddress address)
    {
        var index = IPIndex();
        if (index < 0) throw new InvalidOperationException($"{this} does not start with an IP address.");
        Span<byte> bytes = stackalloc byte[64];
        return Join(bytes[..WriteIP(address, bytes)], _bytes.AsSpan(_parts[index].End));
    }

    /// <summary>What comes before the last part with this protocol name; the whole address where there is none.</summary>
    public Multiaddress Decapsulate(string protocol) =>
        AddressProtocols.Find(protocol) is { } known && LastIndexOf(known) is >= 0 and var index ? Slice(0, index) : this;

    /// <summary>This address without <paramref name="suffix"/> and what follows it, at its last occurrence; the whole address where it does not occur.</summary>
    public Multiaddress Decapsulate(Multiaddress suffix)
    {
        if (suffix.IsEmpty) return this;
        for (var first = _parts.Length - suffix._parts.Length; first >= 0; first--)
        {
            if (_bytes.AsSpan(_parts[first].Start).StartsWith(suffix._bytes)) return Slice(0, first);
        }

        return this;
    }

    /// <summary>What comes after the last part with this protocol name (behind <c>p2p-circuit</c>: the target); empty where there is none.</summary>
    public Multiaddress After(string protocol) =>
        AddressProtocols.Find(protocol) is { } known && LastIndexOf(known) is >= 0 and var index ? Slice(index + 1, _parts.Length) : Empty;
}
