namespace Causeway.Multiformats.Addresses;

/// <summary>Sorts IP addresses by the registries of special-purpose addresses (RFC 6890 and its IANA registries).</summary>
internal static class AddressScopes
{
    public static AddressScope Of(ReadOnlySpan<byte> address) => address.Length == 4 ? Of4(address) : Of6(address);

    private static AddressScope Of4(ReadOnlySpan<byte> address) => (address[0], address[1], address[2]) switch
    {
        (0, 0, 0) when address[3] == 0 => AddressScope.Unspecified,
        (127, _, _) => AddressScope.Loopback,
        (169, 254, _) => AddressScope.LinkLocal, // RFC 3927
        (10, _, _) or (172, >= 16 and < 32, _) or (192, 168, _) => AddressScope.Private, // RFC 1918
        (100, >= 64 and < 128, _) => AddressScope.Private, // RFC 6598, carrier-grade NAT
        (0, _, _) or ( >= 224, _, _) => AddressScope.Special, // RFC 791; RFC 5771 multicast, RFC 1112 reserved, broadcast
        (192, 0, 0 or 2) or (198, 51, 100) or (203, 0, 113) => AddressScope.Special, // RFC 6890, RFC 5737 documentation
        (198, 18 or 19, _) => AddressScope.Special, // RFC 2544 benchmarking
        _ => AddressScope.Public,
    };

    private static AddressScope Of6(ReadOnlySpan<byte> address)
    {
        if (!address[..10].ContainsAnyExcept((byte)0))
        {
            if (address[10] == 0xff && address[11] == 0xff) return Of4(address[12..]); // IPv4-mapped, RFC 4291
            if (!address[10..15].ContainsAnyExcept((byte)0) && address[15] <= 1)
            {
                return address[15] == 0 ? AddressScope.Unspecified : AddressScope.Loopback;
            }
        }

        return (address[0], address[1]) switch
        {
            (0xfe, >= 0x80 and < 0xc0) => AddressScope.LinkLocal, // RFC 4291
            (0xfc or 0xfd, _) => AddressScope.Private, // RFC 4193
            (0x20, 0x01) when address[2] == 0x0d && address[3] == 0xb8 => AddressScope.Special, // RFC 3849 documentation
            (0x3f, 0xff) when address[2] < 0x10 => AddressScope.Special, // RFC 9637 documentation
            (0x00, 0x64) when address[2] == 0xff && address[3] == 0x9b => AddressScope.Public, // RFC 6052 NAT64: what lies behind is reached over it
            ( >= 0x20 and < 0x40, _) => AddressScope.Public, // 2000::/3, global unicast
            _ => AddressScope.Special,
        };
    }
}
