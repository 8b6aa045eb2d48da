using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>This machine while it redeems an invitation: asks the inviter, and knows what there is to tell about it. Disposing zeroes the invitation's secret.</summary>
internal sealed class Newcomer(InvitationToken token, TunnelPeerId self, string wish, TimeProvider time) : IDisposable
{
    private readonly Joining _joining = new(token, self, wish, time);
    private TunnelEndpoint? _endpoint;
    private volatile string? _problem;

    /// <summary>Whom it asks.</summary>
    public TunnelPeerId Inviter => token.Inviter;

    /// <summary>Where the inviter can be met.</summary>
    public IReadOnlyList<string> Relays => token.Relays;

    /// <summary>Why it takes long, or has failed; null if nothing is known. From any thread.</summary>
    public string? Problem => _problem;

    /// <summary>Why it has failed for good.</summary>
    public string? Failure => _joining.State == JoinState.Failed ? _joining.Failure : null;

    /// <summary>Begins to look for the inviter.</summary>
    public void Begin(TunnelEndpoint endpoint)
    {
        _endpoint = endpoint;
        endpoint.Join(token.Inviter, token.CreateProof());
    }

    /// <summary>There is a session with the inviter, or none any more.</summary>
    public void OnSession(bool isUp)
    {
        _joining.OnSession(isUp);
        OnTime();
    }

    /// <summary>The inviter, or somebody in its name, says why a handshake will not work.</summary>
    public void OnHint(HandshakeErrorCode hint)
    {
        _joining.OnHint(hint);
        _problem = Failure ?? Joining.Describe(hint) ?? _problem;
    }

    /// <summary>The inviter refuses.</summary>
    public void OnRefused(ReadOnlySpan<byte> body)
    {
        _joining.OnRefused(body);
        _problem = Failure ?? _problem;
    }

    /// <summary>Asks, if it is time; about once a second.</summary>
    public void OnTime()
    {
        if (_joining.OnTime() is { } body) _endpoint!.Send(token.Inviter, FrameKind.Join, body);
        _problem = Failure ?? _problem;
    }

    /// <summary>This machine is on the roster.</summary>
    public void OnMember() => _problem = null;

    /// <inheritdoc/>
    public void Dispose() => token.Dispose();
}
