using Causeway.Cli.Commands;
using Causeway.Tunnel.Daemon;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Makes real tunnels: <see cref="TunnelDaemon"/> out of a network's folder and settings.</summary>
internal sealed class TunnelStarter : ITunnelStarter
{
    public RunningTunnel Start(TunnelLaunch launch, ILoggerFactory loggers, TimeProvider time)
    {
        var key = IdentityKeyFile.Load(launch.Folder.KeyPath, launch.Passphrase);
        try
        {
            var daemon = TunnelDaemon.Start(OptionsOf(launch), key, loggers, time);
            return new RunningTunnel(daemon, daemon.Completion, async () =>
            {
                await daemon.DisposeAsync();
                key.Dispose();
            });
        }
        catch (ArgumentOutOfRangeException e)
        {
            key.Dispose();
            throw new TunnelException($"The settings '{launch.Folder.SettingsPath}' cannot be used: {e.Message.Split(" (Parameter", 2)[0]}", e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static TunnelDaemonOptions OptionsOf(TunnelLaunch launch)
    {
        var options = new TunnelDaemonOptions
        {
            RosterPath = launch.Folder.RosterPath,
            InvitationsPath = launch.Folder.InvitationsPath,
            Invitation = launch.Invitation,
            DeviceName = launch.Settings.Device,
            Mtu = launch.Settings.Mtu,
            Offload = launch.Settings.Offload,
            HeartbeatInterval = TimeSpan.FromSeconds(launch.Settings.HeartbeatSeconds),
            RotationInterval = TimeSpan.FromSeconds(launch.Settings.RotationSeconds),
            Version = VersionCommand.Version,
        };
        return launch.NameWish is { } wish ? options with { NameWish = wish } : options;
    }
}
