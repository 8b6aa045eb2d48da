using System.Globalization;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Invitations;

/// <summary>The inviter's side of joining (tunnel protocol §6): decides on JOIN, and signs the newcomer in. It writes to the book and the log, and sends nothing.</summary>
public sealed class InvitationHost
{
    // Who did not say what it wants to be called.
    private const string Nameless = "machine";
    private readonly InvitationBook _book;
    private readonly RosterLog _log;
    private readonly RosterAuthor _author;
    private readonly Lock _lock = new();

    /// <summary>The inviter's side, for a book and the log that it belongs to.</summary>
    /// <exception cref="InvitationException">The book's file cannot be written.</exception>
    public InvitationHost(InvitationBook book, RosterLog log, RosterAuthor author)
    {
        (_book, _log, _author) = (book, log, author);

        // The machine may have stopped between taking somebody in and noting that it is done.
        foreach (var user in book.Users().Where(u => log.Current.Find(u) is not null)) book.Complete(user);
    }

    /// <summary>
    /// Decides on JOIN in a session that an invitation let in. If nothing is refused, the newcomer gets the roster next, by
    /// <see cref="Rosters.Spreading.RosterSync.Welcome"/>, and everybody else the new entry, by <see cref="Rosters.Spreading.RosterSync.Announce"/>.
    /// </summary>
    /// <param name="invitationId">The invitation of the session; empty if there is none.</param>
    /// <param name="key">The newcomer's public key, as the handshake proved it.</param>
    /// <param name="body">The body of JOIN.</param>
    public JoinAnswer OnJoin(ReadOnlySpan<byte> invitationId, HybridPublicKey key, ReadOnlySpan<byte> body)
    {
        lock (_lock) return Decide(invitationId, new RosterKey(key.Bytes), body);
    }

    private static JoinAnswer Refuse(JoinRefusal code, string text) => new(JoinMessages.WriteRefused(code, text), null);

    private JoinAnswer Decide(ReadOnlySpan<byte> invitationId, RosterKey newcomer, ReadOnlySpan<byte> body)
    {
        if (!JoinMessages.TryReadJoin(body, out var wish)) return Refuse(JoinRefusal.Internal, "the request to join is malformed");

        // Its answer was lost, or it asks twice.
        if (_log.Current.Find(newcomer.PeerId) is not null) return new JoinAnswer(null, null);
        if (invitationId.Length != InvitationProof.IdSize) return Refuse(JoinRefusal.Invitation, "there is no invitation");
        if (!_author.IsAdministrator) return Refuse(JoinRefusal.NotAdministrator, "the inviter is no administrator any more; ask another one for an invitation");
        try
        {
            if (_book.Confirm(invitationId, newcomer.PeerId) is not { } invitation)
                return Refuse(JoinRefusal.Invitation, "the invitation is unknown, was used already, or has expired; ask for a new one");
            var added = _author.Add(newcomer, NameFor(invitation, wish), role: invitation.Role);
            Complete(newcomer.PeerId);
            return new JoinAnswer(null, added);
        }
        catch (RosterException e) when (e.InnerException is null)
        {
            return Refuse(JoinRefusal.NoPlace, e.Message);
        }
        catch (Exception e) when (e is RosterException or InvitationException)
        {
            return Refuse(JoinRefusal.Internal, "the inviter could not store the change; see its log");
        }
    }

    private void Complete(TunnelPeerId member)
    {
        try
        {
            _book.Complete(member);
        }
        catch (InvitationException)
        {
            // It is a member, and the invitation is useless while this process lives; the next one notes it.
        }
    }

    // The name of the invitation, or the wish, or one of our own; with a number behind it if it is taken.
    private string NameFor(Invitation invitation, string wish)
    {
        var roster = _log.Current;
        var name = invitation.Name ?? RosterName.FromWish(wish) ?? Nameless;
        for (var number = 1; ; number++)
        {
            var suffix = number == 1 ? string.Empty : $"-{number.ToString(CultureInfo.InvariantCulture)}";
            var candidate = name[..Math.Min(name.Length, RosterName.MaximumLength - suffix.Length)].TrimEnd('-') + suffix;
            if (roster.Find(candidate) is null) return candidate;
        }
    }
}
