using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Invitations;

/// <summary>
/// The invitations that this machine has given out (tunnel protocol §6). They survive a restart; each is used once, and that is on the disk before
/// anybody is told. Safe to use from several threads; what the handshake asks is answered from memory.
/// </summary>
public sealed class InvitationBook : IInvitations
{
    /// <summary>The most invitations at one time.</summary>
    public const int Maximum = 256;

    // The memory is guarded by one lock, and held for moments only; the file by the other, which is taken first.
    private readonly Lock _lock = new();
    private readonly Lock _file = new();
    private readonly Dictionary<string, StoredInvitation> _invitations = [];
    private readonly Dictionary<string, TunnelPeerId> _claims = [];
    private readonly string _path;
    private readonly TimeProvider _time;

    /// <summary>Opens the book; its file appears with the first invitation.</summary>
    /// <exception cref="InvitationException">The file is damaged, or others may open it.</exception>
    public InvitationBook(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        foreach (var invitation in InvitationFile.Read(path))
        {
            _invitations[invitation.Id] = invitation;
            if (TunnelPeerId.TryParse(invitation.UsedBy, out var peer)) _claims[invitation.Id] = peer;
        }
    }

    /// <summary>Makes an invitation. The caller shows and disposes the token.</summary>
    /// <param name="roster">The network.</param>
    /// <param name="inviter">This member.</param>
    /// <param name="validity">How long it can be used.</param>
    /// <param name="name">The name that the newcomer gets; null for the one it wishes.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="random">Where the secret comes from; the system's generator if there is none.</param>
    /// <exception cref="InvitationException">This is no administrator, the name is none or taken, there are too many invitations, or the file cannot be written.</exception>
    public InvitationToken Invite(
        Roster roster, TunnelPeerId inviter, TimeSpan validity, string? name = null, RosterRole role = RosterRole.Member, RandomSource? random = null)
    {
        if (roster.Find(inviter)?.Role != RosterRole.Administrator) throw new InvitationException("Only administrators invite, and this machine is none; ask one of them.");
        if (name is not null && !RosterName.IsAssignable(name)) throw new InvitationException($"'{name}' is no name; use a-z, 0-9 and '-'.");
        if (name is not null && roster.Find(name) is not null) throw new InvitationException($"The name '{name}' is taken; choose another.");
        if (validity <= TimeSpan.Zero || validity > TimeSpan.FromDays(366)) throw new InvitationException("An invitation is valid for at most a year; choose a shorter time.");
        var now = _time.GetUtcNow();
        var token = InvitationToken.Create(roster.NetworkId, roster.NetworkName, inviter, now + validity, roster.Relays, random);
        var (id, key) = token.Derive();
        using (key)
        {
            var stored = new StoredInvitation
            {
                Id = Convert.ToHexStringLower(id),
                Key = key.Span.ToArray(),
                Created = now,
                Expiry = token.Expiry,
                Name = name,
                IsAdministrator = role == RosterRole.Administrator,
            };
            lock (_file)
            {
                lock (_lock)
                {
                    foreach (var old in _invitations.Values.Where(i => i.Expiry <= now).ToArray()) Forget(old.Id);
                    if (_invitations.Count >= Maximum) throw new InvitationException($"There are {Maximum} invitations already; revoke some first.");
                }

                // On the disk first: a token that was shown works.
                Write([stored]);
                lock (_lock) _invitations.Add(stored.Id, stored);
            }
        }

        return token;
    }

    /// <summary>All that have not expired, the oldest first.</summary>
    public IReadOnlyList<Invitation> List()
    {
        lock (_lock) return [.. _invitations.Values.Where(i => i.Expiry > _time.GetUtcNow()).OrderBy(i => i.Created).Select(Describe)];
    }

    /// <summary>Makes an invitation useless.</summary>
    /// <param name="id">Its ID, or a beginning that only one has.</param>
    /// <exception cref="InvitationException">There is none or more than one, or the file cannot be written.</exception>
    public Invitation Revoke(string id)
    {
        lock (_file)
        {
            StoredInvitation invitation;
            lock (_lock)
            {
                var found = _invitations.Values.Where(i => id.Length > 0 && i.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
                invitation = found.Length == 1 ? found[0] : throw new InvitationException(found.Length == 0
                    ? "There is no such invitation; it was used, revoked, or has expired."
                    : $"More than one invitation begins with '{id}'; give more of its ID.");
                Forget(invitation.Id);
            }

            Write([]);
            return Describe(invitation);
        }
    }

    /// <inheritdoc/>
    public bool TryGetKey(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer, Span<byte> key)
    {
        lock (_lock)
        {
            if (Find(invitationId, newcomer) is not { } invitation) return false;
            invitation.Key.CopyTo(key);
            return true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>From here on nobody else can use it while this process runs. <see cref="Confirm"/> makes that outlast the process.</remarks>
    public bool TryUse(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer)
    {
        lock (_lock)
        {
            if (Find(invitationId, newcomer) is not { } invitation) return false;
            _claims[invitation.Id] = newcomer;
            return true;
        }
    }

    /// <summary>
    /// What the user of an invitation gets; null if it is none, has expired, or is another's. When this returns, the use is on the disk, so that it
    /// may be answered.
    /// </summary>
    /// <exception cref="InvitationException">The file cannot be written.</exception>
    public Invitation? Confirm(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer)
    {
        lock (_file)
        {
            StoredInvitation used;
            lock (_lock)
            {
                if (Find(invitationId, newcomer) is not { } invitation) return null;
                used = invitation with { UsedBy = newcomer.ToString() };
                if (invitation.UsedBy == used.UsedBy) return Describe(used);
                _claims[used.Id] = newcomer;
            }

            Write([used]);
            lock (_lock)
            {
                if (_invitations.ContainsKey(used.Id)) _invitations[used.Id] = used;
            }

            return Describe(used);
        }
    }

    /// <summary>
    /// Ends the invitations that a peer has used: it is a member now, and needs none. If it is removed later, they do not let it in again.
    /// </summary>
    /// <exception cref="InvitationException">The file cannot be written; until the process ends they are useless all the same.</exception>
    public void Complete(TunnelPeerId member)
    {
        lock (_file)
        {
            lock (_lock)
            {
                var done = _invitations.Values.Where(i => !i.IsDone && _claims.TryGetValue(i.Id, out var user) && user == member).ToArray();
                if (done.Length == 0) return;
                foreach (var invitation in done) _invitations[invitation.Id] = invitation with { IsDone = true, UsedBy = member.ToString() };
            }

            Write([]);
        }
    }

    private static Invitation Describe(StoredInvitation i) => new(
        i.Id, i.Created, i.Expiry, i.Name, i.IsAdministrator ? RosterRole.Administrator : RosterRole.Member, TunnelPeerId.TryParse(i.UsedBy, out var peer) ? peer : null);

    /// <summary>Who has used invitations that are not done.</summary>
    internal IReadOnlyList<TunnelPeerId> Users()
    {
        lock (_lock) return [.. _invitations.Values.Where(i => !i.IsDone && _claims.ContainsKey(i.Id)).Select(i => _claims[i.Id]).Distinct()];
    }

    private StoredInvitation? Find(ReadOnlySpan<byte> id, TunnelPeerId newcomer) =>
        _invitations.TryGetValue(Convert.ToHexStringLower(id), out var invitation) && !invitation.IsDone && invitation.Expiry > _time.GetUtcNow()
            && (!_claims.TryGetValue(invitation.Id, out var user) || user == newcomer) ? invitation : null;

    private void Forget(string id)
    {
        _invitations.Remove(id);
        _claims.Remove(id);
    }

    // Under the lock of the file.
    private void Write(StoredInvitation[] changed)
    {
        List<StoredInvitation> all;
        lock (_lock) all = [.. _invitations.Values.Where(i => !Array.Exists(changed, c => c.Id == i.Id))];
        InvitationFile.Write(_path, [.. all, .. changed]);
    }
}
