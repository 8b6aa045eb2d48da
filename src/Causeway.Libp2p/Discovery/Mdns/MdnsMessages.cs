using System.Text;
using Causeway.Multiformats;
using Causeway.Network.Dns;

namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>The messages of libp2p's peer discovery over multicast DNS, without I/O.</summary>
internal static class MdnsMessages
{
    // A TXT string has at most 255 bytes (RFC 1035 §3.3); a message should fit an Ethernet frame (RFC 6762 §17).
    private const int MaxText = 255;
    private const int MaxMessage = 1400;
    private const int MaxAddressesPerPeer = 32;
    private const string Attribute = "dnsaddr=";

    private static readonly DnsName MetaService = DnsName.Parse("_services._dns-sd._udp.local");

    /// <summary>Asks for all peers of a service.</summary>
    public static byte[] Query(DnsName service) => new DnsMessage { Questions = [new DnsQuestion(service, DnsType.Ptr)] }.Encode();

    /// <summary>What a query wants of us.</summary>
    public static MdnsQuestion Classify(DnsMessage query, DnsName service)
    {
        foreach (var question in query.Questions)
        {
            if (question.Type is not (DnsType.Ptr or DnsType.Any or DnsType.Txt)) continue;
            if (question.Name.Equals(service) || question.Name.IsUnder(service)) return MdnsQuestion.Peers;
            if (question.Name.Equals(MetaService)) return MdnsQuestion.Services;
        }

        return MdnsQuestion.None;
    }

    /// <summary>The answer to the question which services there are (RFC 6763 §9).</summary>
    public static byte[] Services(DnsName service, TimeSpan timeToLive) => new DnsMessage
    {
        IsResponse = true,
        IsAuthoritative = true,
        Answers = [new DnsRecord(MetaService, new DnsData.Pointer(service), timeToLive)],
    }.Encode();

    /// <summary>Announces one peer: a PTR record, and its addresses as TXT records. Addresses that do not fit are left out; null when none does.</summary>
    public static byte[]? Announcement(DnsName service, string peerName, PeerId peer, IEnumerable<Multiaddress> addresses, TimeSpan timeToLive)
    {
        var name = DnsName.FromLabels(peerName).Under(service);
        var texts = new List<DnsRecord>();
        var size = 64 + (2 * DnsName.MaxEncodedLength / 4);
        foreach (var address in addresses)
        {
            var text = Attribute + address.WithPeerId(peer);
            var bytes = Encoding.UTF8.GetByteCount(text);
            if (bytes > MaxText || size + bytes + 16 > MaxMessage) continue;
            size += bytes + 16;
            texts.Add(new DnsRecord(name, new DnsData.Text(text), timeToLive));
        }

        return texts.Count == 0 ? null : new DnsMessage
        {
            IsResponse = true,
            IsAuthoritative = true,
            Answers = [new DnsRecord(service, new DnsData.Pointer(name), timeToLive)],
            Additionals = texts,
        }.Encode();
    }

    /// <summary>
    /// The peers that a response announces. Implementations differ in whether the TXT records are answers or additional records, so both
    /// count; addresses that are not multiaddrs, or name no peer, are passed over.
    /// </summary>
    public static IReadOnlyList<(PeerId Peer, IReadOnlyList<Multiaddress> Addresses)> Peers(DnsMessage response, DnsName service)
    {
        var found = new Dictionary<PeerId, List<Multiaddress>>();
        foreach (var record in response.Answers.Concat(response.Additionals))
        {
            if (record.Data is not DnsData.Text text || record.TimeToLive == TimeSpan.Zero || !record.Name.IsUnder(service)) continue;
            foreach (var line in text.Strings)
            {
                if (!line.StartsWith(Attribute, StringComparison.Ordinal)) continue;
                if (!Multiaddress.TryParse(line[Attribute.Length..], out var address) || address.PeerId is not { } peer) continue;
                if (!found.TryGetValue(peer, out var addresses)) found.Add(peer, addresses = []);
                if (addresses.Count < MaxAddressesPerPeer) addresses.Add(address.WithoutPeerId());
            }
        }

        return [.. found.Select(f => (f.Key, (IReadOnlyList<Multiaddress>)f.Value))];
    }
}

/// <summary>What a query asks.</summary>
internal enum MdnsQuestion
{
    /// <summary>Nothing of ours.</summary>
    None,

    /// <summary>The peers of our service.</summary>
    Peers,

    /// <summary>Which services exist.</summary>
    Services,
}
