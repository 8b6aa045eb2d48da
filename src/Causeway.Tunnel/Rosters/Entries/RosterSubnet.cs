using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>The IPv4 subnet of a network, /8 to /30.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RosterSubnet
{
    /// <summary>The shortest prefix.</summary>
    public const int MinimumPrefix = 8;

    /// <summary>The longest prefix: two members and the two addresses that nobody has.</summary>
    public const int MaximumPrefix = 30;

    private readonly uint _network;

    private RosterSubnet(uint network, int prefixLength) => (_network, PrefixLength) = (network, prefixLength);

    /// <summary>The bits that all members share.</summary>
    public int PrefixLength { get; }

    /// <summary>The subnet's own address.</summary>
    public IPAddress Network => ToAddress(_network);

    /// <summary>How many members can have an address.</summary>
    public int Hosts => (1 << (32 - PrefixLength)) - 2;

    /// <summary>A subnet from its address, whose other bits must be zero, and prefix length.</summary>
    public static bool TryCreate(IPAddress network, int prefixLength, out RosterSubnet subnet)
    {
        subnet = default;
        if (network.AddressFamily != AddressFamily.InterNetwork || prefixLength is < MinimumPrefix or > MaximumPrefix) return false;
        var value = ToNumber(network);
        if (value << prefixLength != 0 || value >> 24 == 0) return false;
        subnet = new RosterSubnet(value, prefixLength);
        return true;
    }

    /// <summary>Reads <c>10.10.10.0/24</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RosterSubnet subnet)
    {
        subnet = default;
        var parts = text?.Split('/');
        return parts is { Length: 2 } && IPAddress.TryParse(parts[0], out var network)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prefixLength) && TryCreate(network, prefixLength, out subnet);
    }

    /// <summary>Whether a member may have this address: inside, and neither the first, which names the subnet, nor the last, which is broadcast.</summary>
    public bool HasHost(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork) return false;
        var offset = (long)ToNumber(address) - _network;
        return offset >= 1 && offset <= Hosts;
    }

    /// <summary>The member address with this number, from 1 to <see cref="Hosts"/>.</summary>
    public IPAddress Host(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Hosts);
        return ToAddress(_network + (uint)number);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Network}/{PrefixLength}";

    private static uint ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        _ = address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private static IPAddress ToAddress(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}
