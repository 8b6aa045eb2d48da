using System.Collections.Immutable;
using Causeway.Network.Ethernet;

namespace Causeway.Tunnel.Switching;

/// <summary>
/// Decides where Ethernet frames go: between this machine's device and the members. Every member is joined to every other, so what comes from
/// a member goes to the local device only, and never to a third one (split horizon): there are no loops. No I/O; any thread may call.
/// <para>The address of each member's device is pinned to it. Other addresses, of machines bridged behind a member or behind this machine, are
/// learned from their frames. Frames with 802.1Q tags are frames like others: one table serves all VLANs.</para>
/// </summary>
/// <typeparam name="TMember">What the caller knows a member by.</typeparam>
public sealed class LearningSwitch<TMember>
{
    // A full ordinary frame: what one token of a storm limit stands for.
    private const int FrameUnit = 1518;
    private const int MinFrameLength = 14;

    private readonly Lock _lock = new();
    private readonly Dictionary<MacAddress, SwitchPort<TMember>> _pinned = [];
    private readonly AddressTable<TMember> _learned;
    private readonly SwitchOptions _options;
    private readonly TimeProvider _time;
    private readonly StormLimit _localStorm;
    private ImmutableArray<SwitchPort<TMember>> _connected = [];

    /// <summary>Makes a switch without members.</summary>
    /// <param name="localAddress">The address of this machine's device.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The clock.</param>
    public LearningSwitch(MacAddress localAddress, SwitchOptions options, TimeProvider time)
    {
        LocalAddress = localAddress;
        _options = options;
        _time = time;
        _localStorm = NewStormLimit();
        _learned = new AddressTable<TMember>(options, time.TimestampFrequency);
    }

    /// <summary>The address of this machine's device.</summary>
    public MacAddress LocalAddress { get; }

    /// <summary>The members that frames to everybody go to. A snapshot.</summary>
    public ImmutableArray<SwitchPort<TMember>> Connected
    {
        get
        {
            lock (_lock) return _connected;
        }
    }

    /// <summary>What became of this machine's own frames.</summary>
    public SwitchCounters Counters { get; } = new();

    /// <summary>Addresses that are remembered, beside the members' own.</summary>
    public int LearnedAddresses
    {
        get
        {
            lock (_lock) return _learned.Count;
        }
    }

    /// <summary>Pins an address to a member of the roster, which is not connected yet.</summary>
    /// <returns>The member's port; null if the address cannot be a member's, is this machine's or another member's.</returns>
    public SwitchPort<TMember>? TryAdd(MacAddress address, TMember member)
    {
        if (address.IsGroup || address.IsZero || address == LocalAddress) return null;
        var port = new SwitchPort<TMember>(address, member, NewStormLimit());
        lock (_lock)
        {
            if (!_pinned.TryAdd(address, port)) return null;
            _learned.Forget(address);
            return port;
        }
    }

    /// <summary>Frames can go to and come from the member from now on.</summary>
    public void Connect(SwitchPort<TMember> port)
    {
        lock (_lock)
        {
            if (port.IsConnected || !IsMember(port)) return;
            port.IsConnected = true;
            _connected = _connected.Add(port);
        }
    }

    /// <summary>The member is out of reach; what was learned from it is forgotten, its own address stays pinned.</summary>
    public void Disconnect(SwitchPort<TMember> port)
    {
        lock (_lock)
        {
            if (!port.IsConnected) return;
            port.IsConnected = false;
            _connected = _connected.Remove(port);
            _learned.ForgetAll(port);
        }
    }

    /// <summary>The member has left the roster.</summary>
    public void Remove(SwitchPort<TMember> port)
    {
        lock (_lock)
        {
            Disconnect(port);
            if (IsMember(port)) _pinned.Remove(port.MacAddress);
        }
    }

    /// <summary>Decides about a frame that this machine sends.</summary>
    public RouteDecision<TMember> Route(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            var decision = Decide(frame);
            if (decision.Reason != SwitchDropReason.None)
            {
                Counters.AddDrop(decision.Reason);
                return decision;
            }

            Counters.AddPassed();
            if (decision.IsFlood) Counters.AddFlooded();
            return decision;
        }
    }

    /// <summary>Decides about a frame from a member, and learns where its source is.</summary>
    /// <returns><see cref="SwitchDropReason.None"/> if the frame goes to the local device.</returns>
    public SwitchDropReason Learn(SwitchPort<TMember> port, ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            var reason = Judge(port, frame, out var isFlooded);
            if (reason != SwitchDropReason.None)
            {
                port.Counters.AddDrop(reason);
                return reason;
            }

            port.Counters.AddPassed();
            if (isFlooded) port.Counters.AddFlooded();
            return reason;
        }
    }

    private static RouteDecision<TMember> Drop(SwitchDropReason reason) => new(null, reason);

    private RouteDecision<TMember> Decide(ReadOnlySpan<byte> frame)
    {
        if (CheckFrame(frame, out var destination, out var source) is var reason and not SwitchDropReason.None) return Drop(reason);
        var now = _time.GetTimestamp();
        if (source != LocalAddress && CheckSource(null, source, now) is var spoofed and not SwitchDropReason.None) return Drop(spoofed);
        if (!destination.IsGroup)
        {
            if (destination == LocalAddress) return Drop(SwitchDropReason.DestinationIsLocal);
            if (_pinned.TryGetValue(destination, out var member)) return member.IsConnected ? new(member, SwitchDropReason.None) : Drop(SwitchDropReason.NotConnected);
            if (_learned.TryFind(destination, now, out var holder)) return holder is null ? Drop(SwitchDropReason.DestinationIsLocal) : new(holder, SwitchDropReason.None);
        }

        if (_connected.IsEmpty) return Drop(SwitchDropReason.NobodyThere);
        return _localStorm.TryTake(now, Units(frame)) ? default : Drop(SwitchDropReason.Storm);
    }

    private SwitchDropReason Judge(SwitchPort<TMember> port, ReadOnlySpan<byte> frame, out bool isFlooded)
    {
        isFlooded = false;
        if (!port.IsConnected) return SwitchDropReason.NotConnected;
        if (CheckFrame(frame, out var destination, out var source) is var reason and not SwitchDropReason.None) return reason;
        var now = _time.GetTimestamp();
        if (destination != LocalAddress)
        {
            isFlooded = destination.IsGroup;
            if (!isFlooded)
            {
                if (_pinned.ContainsKey(destination)) return SwitchDropReason.DestinationIsElsewhere;
                if (!_learned.TryFind(destination, now, out var holder)) isFlooded = true;
                else if (holder is not null) return SwitchDropReason.DestinationIsElsewhere;
            }

            if (isFlooded && !port.Storm.TryTake(now, Units(frame))) return SwitchDropReason.Storm;
        }

        return source == port.MacAddress ? SwitchDropReason.None : CheckSource(port, source, now);
    }

    /// <summary>Whether a source may be where its frame came from (null: this machine); if so, it is remembered there.</summary>
    private SwitchDropReason CheckSource(SwitchPort<TMember>? port, MacAddress source, long now)
    {
        if (source == LocalAddress) return SwitchDropReason.SourceIsLocal;
        if (_pinned.ContainsKey(source)) return SwitchDropReason.SourceIsPinned;
        switch (_learned.Learn(port, source, now))
        {
            case LearnResult.Contested:
                return SwitchDropReason.SourceIsContested;
            case LearnResult.Full:
                (port?.Counters ?? Counters).AddUnlearned();
                break;
        }

        return SwitchDropReason.None;
    }

    private SwitchDropReason CheckFrame(ReadOnlySpan<byte> frame, out MacAddress destination, out MacAddress source)
    {
        destination = source = default;
        if (frame.Length < MinFrameLength) return SwitchDropReason.TooShort;
        if (frame.Length > _options.MaxFrameLength) return SwitchDropReason.TooLong;
        destination = new MacAddress(frame);
        source = new MacAddress(frame[MacAddress.Length..]);
        if (source.IsGroup || source.IsZero) return SwitchDropReason.InvalidSource;
        return destination.IsLinkLocalReserved ? SwitchDropReason.LinkLocalReserved : SwitchDropReason.None;
    }

    private bool IsMember(SwitchPort<TMember> port) => _pinned.TryGetValue(port.MacAddress, out var present) && ReferenceEquals(present, port);

    private StormLimit NewStormLimit() => new(_options.FloodedFramesPerSecond, _options.FloodedFramesBurst, _time.TimestampFrequency);

    private static int Units(ReadOnlySpan<byte> frame) => (frame.Length + FrameUnit - 1) / FrameUnit;
}
