using Causeway.Libp2p.Hosts;

namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>One announced host, and when its next announcement is due. Guarded by the lock of <see cref="MdnsService"/>.</summary>
internal sealed class MdnsRegistration : IDisposable
{
    private readonly Action<MdnsRegistration> _unregister;
    private readonly Action<MdnsRegistration> _announce;
    private DateTimeOffset? _lastSent;

    public MdnsRegistration(IHost host, string name, Action<MdnsRegistration> unregister, Action<MdnsRegistration> announce)
    {
        Host = host;
        Name = name;
        _unregister = unregister;
        _announce = announce;
        host.Changed += OnHostChanged;
    }

    public IHost Host { get; }

    public string Name { get; }

    /// <summary>When to announce next; null when nobody asked.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>Announcements that follow by themselves, one second apart: a new peer announces itself twice (RFC 6762 §8.3).</summary>
    public int Repeats { get; set; }

    /// <summary>Announce at that time, or earlier where that is planned already.</summary>
    public void Schedule(DateTimeOffset due)
    {
        if (Due is null || Due > due) Due = due;
    }

    /// <summary>When the next announcement may leave; null when none is due.</summary>
    public DateTimeOffset? NextAt(TimeSpan minimumGap) => Due is { } due && _lastSent is { } sent && sent + minimumGap > due ? sent + minimumGap : Due;

    /// <summary>Whether to announce now. Too early after the last one, it stays due.</summary>
    public bool TakeIfDue(DateTimeOffset now, TimeSpan minimumGap)
    {
        if (NextAt(minimumGap) is not { } at || now < at) return false;
        _lastSent = now;
        Due = Repeats-- > 0 ? now + minimumGap : null;
        if (Repeats < 0) Repeats = 0;
        return true;
    }

    public void Dispose()
    {
        Host.Changed -= OnHostChanged;
        _unregister(this);
    }

    private void OnHostChanged(HostEvent change)
    {
        if (change is HostEvent.AddressesChanged) _announce(this);
    }
}
