using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Membership;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Daemon;

/// <summary>What can be asked of it.</summary>
public sealed partial class TunnelDaemon
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public TunnelStatus GetStatus()
    {
        var roster = _keeper.Roster;
        var me = roster.Find(_self);
        var addresses = DeviceAddresses.Of(roster, _self);
        return new TunnelStatus
        {
            Network = NetworkName,
            NetworkId = roster.NetworkId.ToString(),
            State = State,
            Problem = ProblemNow,
            PeerId = _self.ToString(),
            Name = me?.Name,
            Role = me is null ? null : Reports.RoleOf(me),
            Ipv4 = addresses.FirstOrDefault(a => a.PrefixLength <= RosterSubnet.MaximumPrefix)?.ToString(),
            Ipv6 = addresses.FirstOrDefault(a => a.PrefixLength > RosterSubnet.MaximumPrefix)?.ToString(),
            Device = _device.Name,
            MacAddress = _device.MacAddress.ToString(),
            Mtu = _device.Mtu,
            SegmentationOffload = _device.HasOffload,
            ProcessId = Environment.ProcessId,
            Since = _since,
            Version = _options.Version,
            Members = roster.Members.Count,
            RosterEntries = roster.Entries,
            RosterDigest = Convert.ToHexStringLower(roster.Digest.Span),
            Online = _members.All.Count(m => m.Session is not null),
            Relays = [.. _relays.Links.Select(Reports.Of)],
            Traffic = _traffic.Report(DaemonMetrics.Drops(_traffic, _switch, _members)),
            Warnings = _warnings.All,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TunnelStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = _changes.Next;
            yield return GetStatus();
            if (Completion.IsCompleted) yield break;
            await Task.WhenAny(next, Completion).WaitAsync(cancellationToken);
            await Task.Delay(WatchInterval, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerReport> GetPeers()
    {
        var status = _endpoint.GetStatus().ToDictionary(s => s.Id);
        return [.. _members.All.Where(m => m.Entry is not null).Select(m => Reports.Of(m, status.GetValueOrDefault(m.Id), _relays)).OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PingReport> PingAsync(string peer, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (count is < 1 or > 1000) throw new TunnelException("A ping is repeated 1 to 1000 times; give another number.");
        var target = Resolve(peer);
        if (target.PeerId == _self) throw new TunnelException($"{target.Name} is this machine itself; name another member.");
        for (var sequence = 1; sequence <= count; sequence++)
        {
            var next = _time.GetTimestamp();
            var roundTrip = await _pings.PingAsync(target.PeerId, () => _endpoint.Ping(target.PeerId), PingInterval, _time, cancellationToken);
            var member = _members.TryFind(target.PeerId, out var found) ? found : null;
            var problem = roundTrip is null ? Reports.ProblemOf(member, Find(target.PeerId), _relays) ?? "There was no answer within a second." : null;
            yield return new PingReport(sequence, roundTrip?.TotalMilliseconds, roundTrip is null ? null : Reports.PathOf(member), problem);
            if (sequence == count) break;
            var rest = PingInterval - _time.GetElapsedTime(next);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<InvitationReport> InviteAsync(InvitationRequest request, CancellationToken cancellationToken)
    {
        if (request.ValidFor < TimeSpan.FromMinutes(1) || request.ValidFor > TimeSpan.FromDays(30)) throw new TunnelException("An invitation is valid for one minute to 30 days; give another time.");
        var role = request.IsAdministrator ? RosterRole.Administrator : RosterRole.Member;
        using var token = _book.Invite(_keeper.Roster, _self, request.ValidFor, request.Name, role);
        using var proof = token.CreateProof();
        return Task.FromResult(new InvitationReport(Convert.ToHexStringLower(proof.Id), request.Name, request.IsAdministrator, token.Expiry, token.ToString()));
    }

    /// <inheritdoc/>
    public IReadOnlyList<InvitationReport> GetInvitations() =>
        [.. _book.List().Where(i => i.UsedBy is null).Select(i => new InvitationReport(i.Id, i.Name, i.Role == RosterRole.Administrator, i.Expiry, null))];

    /// <inheritdoc/>
    public Task RevokeInvitationAsync(string id, CancellationToken cancellationToken)
    {
        _book.Revoke(id);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string peer, CancellationToken cancellationToken)
    {
        var target = Resolve(peer).PeerId;
        return _keeper.ChangeAsync(author => author.Remove(target), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RenameAsync(string peer, string name, CancellationToken cancellationToken)
    {
        var target = Resolve(peer).PeerId;
        return _keeper.ChangeAsync(author => author.Rename(target, name), cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetAddressAsync(string peer, string address, CancellationToken cancellationToken)
    {
        var target = Resolve(peer).PeerId;
        if (!IPAddress.TryParse(address, out var parsed)) throw new TunnelException($"'{address}' is no IPv4 address; one looks like 10.10.10.7.");
        return _keeper.ChangeAsync(author => author.SetAddress(target, parsed), cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetRoleAsync(string peer, bool isAdministrator, CancellationToken cancellationToken)
    {
        var target = Resolve(peer).PeerId;
        return _keeper.ChangeAsync(author => author.SetRole(target, isAdministrator ? RosterRole.Administrator : RosterRole.Member), cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> GetRelays() => _keeper.Roster.Relays;

    /// <inheritdoc/>
    public Task SetRelaysAsync(IReadOnlyList<string> relays, CancellationToken cancellationToken)
    {
        foreach (var relay in relays)
        {
            try
            {
                _ = RelayUrl.Parse(relay);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw new TunnelException($"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..].TrimEnd('.')}.", e);
            }
        }

        return _keeper.ChangeAsync(author => author.SetRelays(relays), cancellationToken);
    }

    private string NetworkName => _keeper.Roster is { Entries: > 0 } roster ? roster.NetworkName : _options.Invitation?.NetworkName ?? string.Empty;

    private string? ProblemNow => State switch
    {
        TunnelState.Joining => _keeper.JoinProblem ?? Reports.ProblemOf(_relays) ?? "Waiting for the inviter, which must be running its tunnel.",
        TunnelState.Starting or TunnelState.NoRelay => Reports.ProblemOf(_relays) ?? "No relay is connected yet.",
        TunnelState.Removed => RosterKeeper.RemovedMessage(_keeper.Roster.NetworkName),
        _ => null,
    };

    private PeerStatus? Find(TunnelPeerId peer) => _endpoint.GetStatus().FirstOrDefault(s => s.Id == peer);

    // A member by its name, its peer ID, or a beginning of it that only one has.
    private RosterMember Resolve(string peer)
    {
        var roster = _keeper.Roster;
        if (roster.Find(peer) is { } named) return named;
        var found = peer.Length == 0 ? [] : roster.Members.Where(m => m.PeerId.ToString().StartsWith(peer, StringComparison.Ordinal)).Take(2).ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new TunnelException($"There is no member '{peer}' in this network; see 'causeway tunnel peers'."),
            _ => throw new TunnelException($"More than one peer ID begins with '{peer}'; give more of it, or the member's name."),
        };
    }
}
