using System.Collections.Frozen;
using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Peers;

/// <summary>What the store knows about one peer. Guarded by the store's lock.</summary>
internal sealed class PeerEntry
{
    private readonly List<KnownAddress> _addresses = [];

    public long LastUsed { get; set; }

    /// <summary>When we were last connected (UTC ticks); 0 for never.</summary>
    public long LastSeen { get; set; }

    public IReadOnlyCollection<string> Protocols { get; set; } = FrozenSet<string>.Empty;

    public PublicKey? Key { get; set; }

    public PeerInfo? Info { get; set; }

    public byte[]? SignedRecord { get; set; }

    public ulong Sequence { get; set; }

    public bool HasAddresses => _addresses.Count > 0;

    public IReadOnlyList<KnownAddress> KnownAddresses => _addresses;

    public void Add(Multiaddress address, long expires, bool certified, int most)
    {
        var at = _addresses.FindIndex(known => known.Address.Equals(address));
        if (at >= 0)
        {
            var known = _addresses[at];
            _addresses[at] = known with { Expires = Math.Max(known.Expires, expires), IsCertified = known.IsCertified || certified };
            return;
        }

        if (_addresses.Count >= most)
        {
            // What the peer certified itself is not displaced by what others say.
            var weakest = _addresses.MinBy(known => (known.IsCertified, known.Expires));
            if (weakest.IsCertified && !certified) return;
            _addresses.Remove(weakest);
        }

        _addresses.Add(new KnownAddress(address, expires, certified));
    }

    /// <summary>A newer record replaces what earlier ones certified.</summary>
    public void DropCertified() => _addresses.RemoveAll(static known => known.IsCertified);

    public void Expire(long now) => _addresses.RemoveAll(known => known.Expires <= now);

    public void ExtendTo(long expires)
    {
        for (var i = 0; i < _addresses.Count; i++) _addresses[i] = _addresses[i] with { Expires = Math.Max(_addresses[i].Expires, expires) };
    }

    public Multiaddress[] Addresses() => [.. _addresses.OrderByDescending(static known => known.IsCertified).Select(static known => known.Address)];
}
