using Causeway.Network.Posix;

namespace Causeway.Network.Netlink;

/// <summary>The kernel refused a request about interfaces, addresses or routes.</summary>
public sealed class NetlinkException(int errno, string message) : IOException(message)
{
    /// <summary>The error number (<see cref="Posix.Errno"/>); 0 where the failure is not the kernel's.</summary>
    public int Errno { get; } = errno;

    /// <summary>Whether the process lacks CAP_NET_ADMIN.</summary>
    public bool IsPermission => Errno == Posix.Errno.EPERM;

    internal static NetlinkException For(int errno, string doing, string? kernelText)
    {
        var reason = errno switch
        {
            Posix.Errno.EPERM =>
                "CAP_NET_ADMIN is needed; run as root, or give the program the capability (setcap cap_net_admin+ep, or AmbientCapabilities= of a systemd unit)",
            Posix.Errno.EEXIST => "it exists already",
            Posix.Errno.ENODEV => "there is no such interface",
            Posix.Errno.EADDRNOTAVAIL => "the interface has no such address",
            Posix.Errno.EBUSY => "it is in use",
            _ => null,
        };
        var details = string.IsNullOrEmpty(kernelText) ? "" : $" The kernel says: {kernelText}.";
        return new NetlinkException(errno, reason is null ? $"{doing}: {Posix.Errno.Describe(errno)}.{details}" : $"{doing}: {reason} ({Posix.Errno.NameOf(errno)}).{details}");
    }
}
