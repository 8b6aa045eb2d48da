namespace Causeway.Multiformats.Addresses;

/// <summary>How far an IP address reaches.</summary>
internal enum AddressScope
{
    /// <summary>No IP address.</summary>
    None,

    /// <summary>All addresses of the machine.</summary>
    Unspecified,

    /// <summary>The machine.</summary>
    Loopback,

    /// <summary>One link.</summary>
    LinkLocal,

    /// <summary>A private network.</summary>
    Private,

    /// <summary>Multicast, documentation, benchmarking, reserved.</summary>
    Special,

    /// <summary>The internet.</summary>
    Public,
}
