namespace Causeway.Tunnel.Devices.Linux;

/// <summary>Settings that netlink cannot change (Documentation/networking/ip-sysctl.rst).</summary>
internal static class InterfaceSettings
{
    /// <summary>
    /// Makes the machine ignore router advertisements on an interface; by default any member could make itself the machine's IPv6 router.
    /// </summary>
    /// <returns>Whether that holds now; true without IPv6.</returns>
    public static bool TryRefuseRouterAdvertisements(string name)
    {
        var folder = Path.Combine("/proc/sys/net/ipv6/conf", name);
        if (!Directory.Exists(folder)) return true;
        var path = Path.Combine(folder, "accept_ra");
        try
        {
            File.WriteAllText(path, "0");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return IsZero(path);
        }
    }

    private static bool IsZero(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() == "0";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
