using System.Runtime.InteropServices;

namespace Causeway.Network.Posix;

/// <summary>Error numbers of Linux by name (<c>asm-generic/errno-base.h</c>, <c>errno.h</c>), as far as sockets, devices and netlink return them.</summary>
public static class Errno
{
    /// <summary>Operation not permitted: a capability is missing.</summary>
    public const int EPERM = 1;

    /// <summary>No such file.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted by a signal.</summary>
    public const int EINTR = 4;

    /// <summary>Input/output error; a network device that is down.</summary>
    public const int EIO = 5;

    /// <summary>No such device or address.</summary>
    public const int ENXIO = 6;

    /// <summary>Nothing to read, no room to write now.</summary>
    public const int EAGAIN = 11;

    /// <summary>No memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>Permission denied by the mode of a file, or by policy.</summary>
    public const int EACCES = 13;

    /// <summary>In use.</summary>
    public const int EBUSY = 16;

    /// <summary>Exists already.</summary>
    public const int EEXIST = 17;

    /// <summary>No such device.</summary>
    public const int ENODEV = 19;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>The descriptor is in a bad state: a network device that has been deleted.</summary>
    public const int EBADFD = 77;

    /// <summary>Not supported.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>The address is not there.</summary>
    public const int EADDRNOTAVAIL = 99;

    /// <summary>No route to the network.</summary>
    public const int ENETUNREACH = 101;

    /// <summary>A receive buffer overflowed, or a queue is full.</summary>
    public const int ENOBUFS = 105;

    /// <summary>No route to the host.</summary>
    public const int EHOSTUNREACH = 113;

    private static readonly Dictionary<int, string> Names = new()
    {
        [EPERM] = nameof(EPERM),
        [ENOENT] = nameof(ENOENT),
        [3] = "ESRCH",
        [EINTR] = nameof(EINTR),
        [EIO] = nameof(EIO),
        [ENXIO] = nameof(ENXIO),
        [9] = "EBADF",
        [EAGAIN] = nameof(EAGAIN),
        [ENOMEM] = nameof(ENOMEM),
        [EACCES] = nameof(EACCES),
        [14] = "EFAULT",
        [EBUSY] = nameof(EBUSY),
        [EEXIST] = nameof(EEXIST),
        [ENODEV] = nameof(ENODEV),
        [20] = "ENOTDIR",
        [EINVAL] = nameof(EINVAL),
        [23] = "ENFILE",
        [24] = "EMFILE",
        [25] = "ENOTTY",
        [28] = "ENOSPC",
        [34] = "ERANGE",
        [36] = "ENAMETOOLONG",
        [EBADFD] = nameof(EBADFD),
        [90] = "EMSGSIZE",
        [93] = "EPROTONOSUPPORT",
        [EOPNOTSUPP] = nameof(EOPNOTSUPP),
        [97] = "EAFNOSUPPORT",
        [98] = "EADDRINUSE",
        [EADDRNOTAVAIL] = nameof(EADDRNOTAVAIL),
        [100] = "ENETDOWN",
        [ENETUNREACH] = nameof(ENETUNREACH),
        [ENOBUFS] = nameof(ENOBUFS),
        [110] = "ETIMEDOUT",
        [EHOSTUNREACH] = nameof(EHOSTUNREACH),
    };

    /// <summary>The name of an error number, <c>errno 123</c> for one that has none here.</summary>
    public static string NameOf(int errno) => Names.TryGetValue(errno, out var name) ? name : $"errno {errno}";

    /// <summary>The name and the system's words: <c>EPERM: Operation not permitted</c>.</summary>
    public static string Describe(int errno) => $"{NameOf(errno)}: {Marshal.GetPInvokeErrorMessage(errno)}";
}
