using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;

namespace Causeway.Tunnel.Invitations;

/// <summary>
/// The newcomer's side of joining (tunnel protocol §6), without I/O: when to send JOIN, and what came of it. The roster itself arrives through
/// <see cref="Rosters.Spreading.RosterSync"/>, on a log of the token's network.
/// </summary>
public sealed class Joining(InvitationToken token, TunnelPeerId self, string wish, TimeProvider time)
{
    /// <summary>How far apart the inviter's answers are that end joining.</summary>
    public static readonly TimeSpan HintInterval = TimeSpan.FromSeconds(3);

    // Control messages may be lost on the way; the inviter answers a repetition like the first.
    private static readonly TimeSpan Repetition = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private DateTimeOffset _next;
    private DateTimeOffset? _firstHint;

    /// <summary>How far it has come.</summary>
    public JoinState State { get; private set; }

    /// <summary>Why it failed: a sentence for the user.</summary>
    public string? Failure { get; private set; }

    /// <summary>There is a session with the inviter, or none any more.</summary>
    public void OnSession(bool isUp)
    {
        lock (_lock)
        {
            if (State is JoinState.Joined or JoinState.Failed) return;
            State = isUp ? JoinState.Asking : JoinState.Connecting;
            _next = time.GetUtcNow();
            _firstHint = null;
        }
    }

    /// <summary>The body of JOIN, if it is to be sent now; else null. To be called after <see cref="OnSession"/>, and about once a second.</summary>
    public byte[]? OnTime()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (State is JoinState.Connecting or JoinState.Asking && now >= token.Expiry) Fail($"The invitation to '{token.NetworkName}' expired before this machine could join; ask for a new one.");
            if (State != JoinState.Asking || now < _next) return null;
            _next = now + Repetition;
            return JoinMessages.WriteJoin(wish);
        }
    }

    /// <summary>JOIN_REFUSED came from the inviter. A malformed one counts for nothing.</summary>
    public void OnRefused(ReadOnlySpan<byte> body)
    {
        if (!JoinMessages.TryReadRefused(body, out _, out var text)) return;
        lock (_lock) Fail($"The network '{token.NetworkName}' did not take this machine in: {text.TrimEnd('.')}.");
    }

    /// <summary>
    /// The inviter's ERROR while connecting came. It is not authenticated, since somebody on the way could have sent it; so a single one ends nothing. When the
    /// invitation was called unknown again after <see cref="HintInterval"/>, and nothing else came, there is nothing more to wait for.
    /// </summary>
    public void OnHint(HandshakeErrorCode hint)
    {
        if (hint != HandshakeErrorCode.Invitation) return;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _firstHint ??= now;
            if (State != JoinState.Connecting || now - _firstHint < HintInterval) return;
            Fail($"The invitation to '{token.NetworkName}' is not known any more where it was made: it was used, was revoked, or has expired; ask for a new one.");
        }
    }

    /// <summary>The inviter's ERROR while connecting, as a sentence to show if joining takes long.</summary>
    public static string? Describe(HandshakeErrorCode hint) => hint switch
    {
        HandshakeErrorCode.Invitation => "The inviter may not know this invitation any more: it was used, was revoked, or has expired.",
        HandshakeErrorCode.Refused => "The inviter may not take invitations any more.",
        _ => null,
    };

    /// <summary>A roster came.</summary>
    public void OnRoster(Roster roster)
    {
        lock (_lock)
        {
            if (roster.NetworkId == token.NetworkId && roster.Find(self) is not null && State != JoinState.Failed) State = JoinState.Joined;
        }
    }

    private void Fail(string why)
    {
        if (State == JoinState.Joined) return;
        State = JoinState.Failed;
        Failure = why;
    }
}
