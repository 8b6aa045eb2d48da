using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Kademlia;

public sealed class AddressWatchTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly AddressWatch _watch;
    private IReadOnlyList<Multiaddress> _addresses = [Address("/ip4/192.0.2.1/tcp/1")];
    private int _changes;

    public AddressWatchTests()
    {
        _watch = new AddressWatch(() => _addresses, () => _changes++, _time);
        Assert.Equal(DateTimeOffset.MinValue, _watch.ChangedAt);
        _watch.Note();
        _time.Advance(AddressWatch.Quiet);
        Assert.Equal(1, _changes);
    }

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void Many_changes_in_a_row_are_one_and_as_old_as_the_last()
    {
        for (var port = 2; port < 12; port++)
        {
            Change(port);
            _time.Advance(AddressWatch.Quiet - Second);
        }

        var last = _time.GetUtcNow() - AddressWatch.Quiet + Second;
        Assert.Equal(1, _changes);
        _time.Advance(Second);
        Assert.Equal((2, last), (_changes, _watch.ChangedAt));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void What_changes_back_or_only_its_order_is_no_change()
    {
        var before = _watch.ChangedAt;
        _addresses = [_addresses[0], Address("/ip4/192.0.2.1/tcp/2")];
        _watch.Note();
        _time.Advance(Second);
        _addresses = [_addresses[0]];
        _watch.Note();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, before), (_changes, _watch.ChangedAt));

        _addresses = [_addresses[0], Address("/ip4/192.0.2.1/tcp/2")];
        _watch.Note();
        _time.Advance(AddressWatch.Quiet);
        _addresses = [_addresses[1], _addresses[0]];
        _watch.Note();
        _time.Advance(AddressWatch.Quiet);
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Whoever_was_told_what_did_not_stay_is_told_again()
    {
        var before = _addresses;
        Change(2);
        _watch.Told(_addresses);
        _time.Advance(Second);
        _addresses = before;
        _watch.Note();
        var last = _time.GetUtcNow();
        _time.Advance(AddressWatch.Quiet);
        Assert.Equal((2, last), (_changes, _watch.ChangedAt));

        // With the addresses that stayed, nobody is.
        Change(3);
        _addresses = before;
        _watch.Told(_addresses);
        _watch.Note();
        _time.Advance(AddressWatch.Quiet);
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Addresses_that_never_stand_still_are_told_from_time_to_time()
    {
        for (var passed = TimeSpan.Zero; passed < 2 * AddressWatch.Limit; passed += 10 * Second)
        {
            Change((int)passed.TotalSeconds + 2);
            _time.Advance(10 * Second);
        }

        Assert.Equal(3, _changes);
    }

    private void Change(int port)
    {
        _addresses = [Address($"/ip4/192.0.2.1/tcp/{port}")];
        _watch.Note();
    }
}
