using System.Buffers;
using System.Collections.Concurrent;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>
/// A member of a network, without I/O: handshakes and sessions with all its peers (docs/protocol/tunnel.md §3.5, §4). Payloads of the relay go in, whatever
/// is to be sent or told comes out through an <see cref="ITunnelSink"/>.
/// </summary>
/// <remarks>
/// Safe for any number of threads. <see cref="Seal"/> and <see cref="OnPayload"/> are for the threads that carry frames: they allocate nothing for a frame and
/// never wait for a signature. One thread more does the rest: <see cref="RunWork"/>, <see cref="OnTime()"/>, then sleep for <see cref="TimeUntilDue"/> or until
/// <see cref="ITunnelSink.Wake"/>.
/// </remarks>
public sealed partial class TunnelEndpoint : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HandshakeContext _context;
    private readonly IMembers _members;
    private readonly TunnelEndpointOptions _options;
    private readonly ITunnelSink _sink;
    private readonly EndpointEffects _effects;
    private readonly HelloGuard _guard;
    private readonly SessionOptions _sessionOptions;
    private readonly ConcurrentDictionary<TunnelPeerId, PeerLink> _links = new();
    private readonly byte[] _rosterDigest = new byte[FrameBody.DigestSize];
    private bool _disposed;

    /// <summary>An endpoint without peers.</summary>
    /// <param name="context">What its handshakes share; its key must outlive the endpoint.</param>
    /// <param name="members">Who is on the roster.</param>
    /// <param name="sink">Where everything goes.</param>
    /// <param name="options">Limits, and what it is given.</param>
    public TunnelEndpoint(HandshakeContext context, IMembers members, ITunnelSink sink, TunnelEndpointOptions? options = null)
    {
        _context = context;
        _members = members;
        _sink = sink;
        _options = options ?? new TunnelEndpointOptions();
        _work = new EndpointWorkQueue(_options.MaxWaiting);
        _effects = new EndpointEffects(sink);
        _guard = new HelloGuard(context.Self, members, _options.Invitations, context.Suites, context.Time, context.Random);
        _sessionOptions = _options.Sessions with { Time = context.Time, Random = context.Random };
    }

    /// <summary>This member's peer ID.</summary>
    public TunnelPeerId Self => _context.Self;

    /// <summary>What it has done and dropped so far.</summary>
    public TunnelCounters Counters { get; } = new();

    /// <summary>
    /// Wants a session with a member: attempts begin at once and go on, with growing pauses, until there is one; and again whenever it is lost.
    /// </summary>
    /// <exception cref="ArgumentException">The peer is this member itself.</exception>
    public void Connect(TunnelPeerId peer) => Want(peer, null);

    /// <summary>As <see cref="Connect"/>, for a newcomer with an invitation; the endpoint disposes of the proof.</summary>
    /// <exception cref="ArgumentException">The peer is this member itself.</exception>
    public void Join(TunnelPeerId inviter, InvitationProof invitation) => Want(inviter, invitation);

    /// <summary>Ends everything with a peer and wants no session with it any more; it is told with a CLOSE.</summary>
    public void Disconnect(TunnelPeerId peer, CloseReason reason = CloseReason.ShuttingDown)
    {
        lock (_lock)
        {
            if (_links.TryGetValue(peer, out var link)) End(link, reason, reason == CloseReason.Removed ? SessionEnd.Removed : SessionEnd.Closed);
        }

        _effects.Flush();
    }

    /// <summary>
    /// The roster has changed: everything with those who are no longer on it ends at once, and those who were guests and now are on it become members.
    /// Whoever is to be connected to is named with <see cref="Connect"/>.
    /// </summary>
    public void RosterChanged()
    {
        lock (_lock)
        {
            foreach (var (_, link) in _links)
            {
                var isMember = _members.TryFind(link.Id, out _);
                if (!isMember && !link.IsGuest)
                {
                    End(link, CloseReason.Removed, SessionEnd.Removed);
                }
                else if (isMember && link.IsGuest)
                {
                    link.IsGuest = false;
                    DropInvitation(link);
                    LowerDeadline(link.NextAttempt);
                }
            }
        }

        _effects.Flush();
    }

    /// <summary>Sets the roster digest that goes out with heartbeats; 32 bytes, zero while joining.</summary>
    /// <exception cref="ArgumentException">There are not 32.</exception>
    public void SetRosterDigest(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != _rosterDigest.Length) throw new ArgumentException($"A roster digest has {_rosterDigest.Length} bytes.", nameof(digest));
        lock (_lock)
        {
            digest.CopyTo(_rosterDigest);
            foreach (var (_, link) in _links)
            {
                foreach (var slot in link.Receiving) slot.Session.SetRosterDigest(digest);
            }
        }
    }

    /// <summary>The way to the peers is open (again): attempts that wait for their time begin at once.</summary>
    public void RetryNow()
    {
        lock (_lock)
        {
            foreach (var (_, link) in _links)
            {
                if (link.NextAttempt == TimeSpan.MaxValue) continue;
                link.FailedAttempts = 0;
                link.NextAttempt = _context.Now;
                LowerDeadline(link.NextAttempt);
            }
        }

        _effects.Flush();
    }

    /// <summary>
    /// Seals a frame in place, to be sent in a DATA record. <paramref name="payload"/> has the body at <see cref="FrameLayout.BodyOffset"/> and room for the tag behind
    /// it. Allocates nothing.
    /// </summary>
    /// <returns><see cref="SealStatus.Closed"/> also if there is no session, or only one with a guest, to whom no Ethernet frames go.</returns>
    /// <exception cref="ArgumentException">The kind is one that sessions send by themselves, or none.</exception>
    public SealStatus Seal(TunnelPeerId peer, FrameKind kind, Span<byte> payload)
    {
        if (!_links.TryGetValue(peer, out var link) || link.Published is not { } slot) return SealStatus.Closed;
        if (link.IsGuest && (kind is FrameKind.Frame or FrameKind.OffloadFrame)) return SealStatus.Closed;
        var status = slot.Session.Seal(kind, payload);
        if (slot.Session.HasControl || slot.Session.HasWork || status == SealStatus.Exhausted) AfterSession(link, slot);
        return status;
    }

    /// <summary>Sends a control frame: one of the kinds of roster and joining.</summary>
    /// <exception cref="ArgumentException">The kind is one that sessions send by themselves, or none.</exception>
    public SealStatus Send(TunnelPeerId peer, FrameKind kind, ReadOnlySpan<byte> body)
    {
        var length = body.Length + FrameLayout.Overhead;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(buffer.AsSpan(FrameLayout.BodyOffset));
            var status = Seal(peer, kind, buffer.AsSpan(0, length));
            if (status == SealStatus.Sealed) _sink.Send(peer, buffer.AsSpan(0, length));
            return status;
        }
        finally
        {
            // What was not sealed is still in clear.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Sends a HEARTBEAT now, to measure the way; its answer shows in <see cref="PeerStatus.RoundTripTime"/>. False if there is no session.</summary>
    public bool Ping(TunnelPeerId peer)
    {
        if (!_links.TryGetValue(peer, out var link) || link.Published is not { } slot) return false;
        slot.Session.SendHeartbeat();
        AfterSession(link, slot);
        return true;
    }

    /// <summary>Whether frames can be sent to a peer now.</summary>
    public bool HasSession(TunnelPeerId peer) => _links.TryGetValue(peer, out var link) && link.Published is { Session.State: SessionState.Open };

    /// <summary>How it stands with all peers that there is anything to say about.</summary>
    public IReadOnlyList<PeerStatus> GetStatus()
    {
        lock (_lock) return [.. _links.Select(l => Describe(l.Value))];
    }

    /// <summary>Closes all sessions, telling the peers so, and zeroes all secrets.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (var (_, link) in _links) End(link, CloseReason.ShuttingDown, SessionEnd.Closed);
            _guard.Dispose();
        }

        _effects.Flush();
    }

    private void Want(TunnelPeerId peer, InvitationProof? invitation)
    {
        if (peer == Self) throw new ArgumentException("A member does not connect to itself.", nameof(peer));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var link = _links.GetOrAdd(peer, static id => new PeerLink(id));
            link.IsWanted = true;
            link.IsGuest = !_members.TryFind(peer, out _);
            if (invitation is not null)
            {
                DropInvitation(link);
                link.Invitation = invitation;
            }

            if (link.Sending is null && !link.IsHandshaking) link.NextAttempt = _context.Now;
            LowerDeadline(link.NextAttempt);
        }

        _effects.Flush();
    }

    private PeerStatus Describe(PeerLink link)
    {
        var slot = link.Sending;
        return new PeerStatus
        {
            Id = link.Id,
            Session = slot?.Description,
            Since = slot?.Since,
            RoundTripTime = slot?.Session.RoundTripTime,
            ClockDifference = slot?.Session.ClockDifference,
            Statistics = slot?.Session.Statistics ?? default,
            IsHandshaking = link.IsHandshaking,
            FailedAttempts = link.FailedAttempts,
            LastHint = link.LastHint,
            NextAttemptIn = link.NextAttempt == TimeSpan.MaxValue ? null : link.NextAttempt - _context.Now,
        };
    }
}
