using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Makes tunnels.</summary>
internal interface ITunnelStarter
{
    /// <summary>Makes the device and begins to connect; returns when the device is there.</summary>
    /// <exception cref="Causeway.Tunnel.Protocol.Wire.TunnelException">A file or the token cannot be used.</exception>
    /// <exception cref="Causeway.Tunnel.Devices.SegmentDeviceException">The device cannot be had.</exception>
    RunningTunnel Start(TunnelLaunch launch, ILoggerFactory loggers, TimeProvider time);
}
