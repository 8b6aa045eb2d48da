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
