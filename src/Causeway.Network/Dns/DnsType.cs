namespace Causeway.Network.Dns;

/// <summary>Record types that we read or write (IANA DNS parameters); others are carried as they came.</summary>
public enum DnsType
{
    /// <summary>An IPv4 address (RFC 1035 §3.4.1).</summary>
    A = 1,

    /// <summary>The name is an alias of another one (RFC 1035 §3.3.1).</summary>
    Cname = 5,

    /// <summary>Where a zone begins; in a negative answer, how long that answer holds (RFC 2308 §3).</summary>
    Soa = 6,

    /// <summary>A pointer to another name (RFC 1035 §3.3.12).</summary>
    Ptr = 12,

    /// <summary>Text strings (RFC 1035 §3.3.14).</summary>
    Txt = 16,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>Host and port of a service (RFC 2782).</summary>
    Srv = 33,

    /// <summary>Asks for all types.</summary>
    Any = 255,
}
