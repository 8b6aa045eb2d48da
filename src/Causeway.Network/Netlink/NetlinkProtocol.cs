namespace Causeway.Network.Netlink;

/// <summary>Numbers of netlink and rtnetlink (<c>linux/netlink.h</c>, <c>rtnetlink.h</c>, <c>if_link.h</c>, <c>if_addr.h</c>; netlink(7), rtnetlink(7)).</summary>
internal static class NetlinkProtocol
{
    public const int HeaderLength = 16;
    public const int AttributeHeaderLength = 4;
    public const int LinkHeaderLength = 16;
    public const int AddressHeaderLength = 8;
    public const int RouteHeaderLength = 12;

    public const ushort Noop = 1, Error = 2, Done = 3, Overrun = 4;
    public const ushort NewLink = 16, DeleteLink = 17, GetLink = 18, SetLink = 19;
    public const ushort NewAddress = 20, DeleteAddress = 21, GetAddress = 22;
    public const ushort NewRoute = 24, DeleteRoute = 25, GetRoute = 26;

    public const ushort Request = 0x1, Multipart = 0x2, Acknowledge = 0x4, DumpInterrupted = 0x10, Dump = 0x300;
    public const ushort Exclusive = 0x200, Create = 0x400, Capped = 0x100, ExtendedAcknowledgement = 0x200;

    public const ushort AttributeTypeMask = 0x3fff, Nested = 0x8000;
    public const ushort ErrorMessage = 1;

    public const ushort LinkAddress = 1, LinkName = 3, LinkMtu = 4, LinkMaster = 10, LinkTransmitQueueLength = 13, LinkInfo = 18, LinkInfoKind = 1, LinkGsoMaxSize = 41;
    public const ushort AddressAddress = 1, AddressLocal = 2, AddressBroadcast = 4, AddressFlags = 8;
    public const ushort RouteDestination = 1, RouteInterface = 4, RouteGateway = 5, RoutePriority = 6, RoutePreferredSource = 7, RouteTable = 15, RouteMark = 16;
    public const ushort RouteSource = 2;

    public const byte FamilyUnspecified = 0, FamilyIPv4 = 2, FamilyIPv6 = 10;
}
