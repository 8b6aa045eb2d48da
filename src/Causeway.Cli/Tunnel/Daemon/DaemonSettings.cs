using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Invitations;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>What the command line asked of a tunnel that is to run.</summary>
internal sealed record DaemonSettings
{
    /// <summary>The network's folder; it need not exist if the network is to be joined.</summary>
    public required NetworkFolder Folder { get; init; }

    /// <summary>The device's name; null for that of the settings.</summary>
    public string? Device { get; init; }

    /// <summary>The file with the passphrase of the key; null for the environment's, or none.</summary>
    public string? PassphraseFile { get; init; }

    /// <summary>The invitation to redeem; null if this machine is a member already.</summary>
    public InvitationToken? Invitation { get; init; }

    /// <summary>What this machine wishes to be called.</summary>
    public string? NameWish { get; init; }

    /// <summary>How long to wait for a relay, or for the inviter.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>How many -v.</summary>
    public int Verbosity { get; init; }
}
