using System.Net;
using Causeway.Cli.Output;
using Causeway.Cryptography.KeyFiles;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>The files of a machine's membership in a network: there for a member, made for a newcomer, and taken back if it is not taken in.</summary>
internal sealed class Membership(DaemonSettings settings, string passphrase)
{
    private readonly NetworkFolder _folder = settings.Folder;
    private bool _isJoining;

    /// <summary>Makes a network, with this machine as its first administrator.</summary>
    /// <exception cref="TunnelException">A value cannot be, or a file cannot be written.</exception>
    /// <exception cref="UserErrorException">There is one of this name.</exception>
    public static TunnelPeerId CreateNetwork(NetworkFolder folder, TunnelSettings settings, string passphrase, RosterSubnet subnet, string name, IReadOnlyList<string> relays, TimeProvider time)
    {
        folder.Create();
        using var held = NetworkLock.TryTake(folder) ?? throw new TunnelException($"Another command works in '{folder.FullPath}'; wait for it.");

        // Another command may have made it in the meantime: what is there is not touched, and never taken back.
        if (folder.Exists || File.Exists(folder.KeyPath)) throw new UserErrorException(ExitCode.Usage, $"there is a network '{folder.Name}' on this machine already; choose another name, or see 'causeway tunnel list'");
        try
        {
            using var key = IdentityKeyFile.Create(folder.KeyPath, passphrase);
            var first = RosterAuthor.CreateNetwork(folder.Name, subnet, name, null, relays, new HybridRosterSignatures(key), time);
            settings.Save(folder.SettingsPath);
            RosterFile.Create(folder.RosterPath, first.Id, first);
            return TunnelPeerId.FromPublicKey(key.PublicKey);
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    /// <summary>What this machine calls itself, as a name in a network.</summary>
    public static string OwnName() => RosterName.FromWish(Dns.GetHostName()) ?? "machine";

    /// <summary>Makes the folder of a newcomer.</summary>
    public void CreateFolder()
    {
        if (settings.Invitation is not null) _folder.Create();
    }

    /// <summary>What the tunnel is made of; for a newcomer the files are made first. The network's lock is held.</summary>
    /// <exception cref="TunnelException">A file cannot be used, or cannot be made.</exception>
    /// <exception cref="UserErrorException">The passphrase is missing, or this machine is in a network of this name.</exception>
    public TunnelLaunch Prepare(IStartReports reports)
    {
        var loaded = TunnelSettings.Load(_folder.SettingsPath);
        if (settings.Device is { } device) loaded = loaded with { Device = device };
        if (settings.Invitation is { } invitation)
        {
            if (_folder.Exists) RequireRemoved(invitation);
            else PrepareToJoin(invitation, loaded);
        }

        var (peer, isEncrypted) = IdentityKeyFile.Describe(_folder.KeyPath);
        if (isEncrypted && passphrase.Length == 0) throw new UserErrorException(ExitCode.Usage, $"the key of '{_folder.Name}' is encrypted; name the file with its passphrase: --passphrase-file FILE");
        reports.Say(new StartReport(StartReportKind.Progress, settings.Invitation is null
            ? $"network {_folder.Name} as {peer}"
            : $"joining {_folder.Name} as {peer}, for at most {UnitText.Duration(settings.Patience)}; Ctrl-C gives up"));
        return new TunnelLaunch { Folder = _folder, Settings = loaded, Passphrase = passphrase, Invitation = settings.Invitation, NameWish = settings.NameWish };
    }

    /// <summary>The newcomer is on the roster: from now on this machine is in the network, and stays in it if it loses its power in the next moment.</summary>
    public void Joined()
    {
        if (!_isJoining) return;
        File.Delete(_folder.JoiningPath);
        PrivateFile.SynchronizeFolderOf(_folder.JoiningPath);
        _isJoining = false;
    }

    /// <summary>Deletes what was made for a newcomer that was not taken in.</summary>
    public void TakeBackUnlessJoined()
    {
        if (_isJoining) _folder.Delete();
        _isJoining = false;
    }

    // Who was removed may come back, with the identity that it had.
    private void RequireRemoved(InvitationToken invitation)
    {
        var (file, log) = RosterFile.Open(_folder.RosterPath);
        using (file)
        {
            if (log.NetworkId != invitation.NetworkId)
                throw new UserErrorException(ExitCode.Usage, $"this machine is in another network '{_folder.Name}' already; give this one another name here with --as");
            if (log.Current.Find(IdentityKeyFile.Describe(_folder.KeyPath).PeerId) is not null)
                throw new UserErrorException(ExitCode.Usage, $"this machine is a member of '{_folder.Name}' already; start its tunnel with 'causeway tunnel up'");
        }
    }

    private void PrepareToJoin(InvitationToken invitation, TunnelSettings loaded)
    {
        _isJoining = true;

        // First, so that a machine that stops here is in no half network. What an earlier one left is used for its key: its answer may have been lost.
        PrivateFile.Replace(_folder.JoiningPath, default);
        File.Delete(_folder.RosterPath);
        if (!File.Exists(_folder.KeyPath)) IdentityKeyFile.Create(_folder.KeyPath, passphrase).Dispose();
        loaded.Save(_folder.SettingsPath);
        RosterFile.Create(_folder.RosterPath, invitation.NetworkId);
    }
}
