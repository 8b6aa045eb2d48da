namespace Causeway.Tunnel.Tests.Devices;

/// <summary>Tests that need a kernel with TAP devices.</summary>
internal static class TunDriver
{
    /// <summary>Runs the explicit tests of a class in a private network, where the machine lets us have TAP devices there.</summary>
    public static Task RunWithAsync<T>()
    {
        try
        {
            File.Open("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Requirement.Missing("/dev/net/tun, readable and writable (modprobe tun; chmod 666 /dev/net/tun)");
        }

        return PrivateNetwork.RunAsync<T>();
    }
}
