using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>What the roster says, brought into effect: whom to talk to, through which relays, under which addresses.</summary>
internal sealed partial class RosterKeeper
{
    // Brings the roster into effect, if it has changed.
    private void Apply()
    {
        if (!_isDirty) return;
        _isDirty = false;
        _warnings.Set("roster", null);
        var roster = _log.Current;
        var isFirst = _applied is null;
        var wasMember = _isMember;
        _applied = roster;
        _members.Current = roster;
        _isMember = roster.Find(_self) is not null;
        _digest = _isMember ? roster.Digest.ToArray() : new byte[roster.Digest.Length];
        _endpoint.SetRosterDigest(_digest);
        if (roster.Entries > 0) DaemonLog.RosterChanged(_logger, roster.Members.Count, roster.Entries);
        var gone = _isMember ? [] : _table.All.Select(m => m.Id).ToArray();
        var added = _table.Update(roster, _self);
        _endpoint.RosterChanged();
        _addresses.Apply(roster, _self);
        if (_isMember) Continue(roster, added, isFirst || !wasMember);
        else if (wasMember) Leave(gone);
        _onChanged();
    }

    private void Continue(Roster roster, IReadOnlyList<TunnelPeerId> added, bool isBeginning)
    {
        if (!_wasMember)
        {
            _wasMember = true;
            _newcomer?.OnMember();
        }

        _relays.Update(roster.Relays);
        _relays.Recheck();
        _plan.Add(added, areNew: !isBeginning);
        Connect();
        _repair.OnRoster(roster);
    }

    private void Leave(TunnelPeerId[] others)
    {
        _warnings.Set("removed", RemovedMessage(Roster.NetworkName));
        _plan.Clear();
        foreach (var peer in others) _endpoint.Disconnect(peer);
        _relays.Update([]);
    }

    private void Connect()
    {
        foreach (var peer in _plan.Take())
        {
            if (Roster.Find(peer) is not null) _endpoint.Connect(peer);
        }

        if (_plan.Rest is not { } rest) return;
        if (_connects is null) _connects = _time.CreateTimer(_ => Post(Connect), null, rest, Timeout.InfiniteTimeSpan);
        else _connects.Change(rest, Timeout.InfiniteTimeSpan);
    }
}
