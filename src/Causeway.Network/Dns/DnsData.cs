using System.Net;

namespace Causeway.Network.Dns;

/// <summary>The data of a resource record.</summary>
public abstract record DnsData
{
    /// <summary>The record type.</summary>
    public abstract DnsType Type { get; }

    /// <summary>A pointer to another name.</summary>
    public sealed record Pointer(DnsName Target) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => DnsType.Ptr;
    }

    /// <summary>The name is an alias of <paramref name="Target"/>.</summary>
    public sealed record Alias(DnsName Target) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => DnsType.Cname;
    }

    /// <summary>The start of a zone (RFC 1035 §3.3.13).</summary>
    /// <param name="Primary">The zone's first server.</param>
    /// <param name="Mailbox">Who answers for it.</param>
    /// <param name="Serial">The zone's version.</param>
    /// <param name="Refresh">How often secondaries look for a new version, in seconds.</param>
    /// <param name="Retry">How long they wait after a failure, in seconds.</param>
    /// <param name="Expire">How long they serve without having looked, in seconds.</param>
    /// <param name="Minimum">How long the absence of a name may be remembered, in seconds (RFC 2308 §4).</param>
    public sealed record Authority(DnsName Primary, DnsName Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => DnsType.Soa;
    }

    /// <summary>One or more strings of at most 255 bytes each, UTF-8.</summary>
    public sealed record Text(params IReadOnlyList<string> Strings) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => DnsType.Txt;
    }

    /// <summary>Where a service runs.</summary>
    public sealed record Service(ushort Priority, ushort Weight, ushort Port, DnsName Target) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => DnsType.Srv;
    }

    /// <summary>An IPv4 or IPv6 address.</summary>
    public sealed record Address(IPAddress Value) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => Value.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa;
    }

    /// <summary>Any other type, as it came.</summary>
    public sealed record Other(DnsType RawType, ReadOnlyMemory<byte> Bytes) : DnsData
    {
        /// <inheritdoc/>
        public override DnsType Type => RawType;
    }
}
