using System.Net;
using Causeway.Libp2p.Observations;

namespace Causeway.Libp2p.Tests.Observations;

public sealed class ObservationBookTests
{
    private static readonly IPEndPoint Local = IPEndPoint.Parse("192.168.1.10:4001");

    private readonly ManualTimeProvider _time = new();
    private readonly ObservationBook _book;
    private long _lastConnection;

    public ObservationBookTests() => _book = new ObservationBook(new ObservedAddressesOptions(), _time);

    [Fact]
    public void An_observer_counts_once_however_many_addresses_it_has_in_one_network()
    {
        Add("30.0.0.1:4001", "20.0.0.1");
        Add("30.0.0.1:4001", "20.0.0.2");
        Add("30.0.0.1:4001", "20.0.1.1");
        Assert.Equal(2, Assert.Single(_book.Mappings()).Observers);
    }

    [Theory]
    [InlineData("20.0.0.1", "20.0.0.255", true)]
    [InlineData("20.0.0.1", "20.0.1.1", false)]
    [InlineData("2a00:1:2:3400::1", "2a00:1:2:34ff:ffff::1", true)]
    [InlineData("2a00:1:2:3400::1", "2a00:1:2:3500::1", false)]
    [InlineData("::ffff:20.0.0.1", "20.0.0.9", true)]
    public void Observers_are_networks_of_24_and_56_bits(string one, string other, bool same) =>
        Assert.Equal(same, ObserverGroup.Of(IPAddress.Parse(one)).Equals(ObserverGroup.Of(IPAddress.Parse(other))));

    [Fact]
    public void A_liar_takes_no_more_than_its_share()
    {
        for (var port = 1; port <= 1000; port++) Add($"30.0.0.66:{port}", "20.0.0.1");
        Assert.Equal(new ObservedAddressesOptions().MaxPerObserver, _book.Count);
        for (var observer = 1; observer <= 3; observer++) Add("30.0.0.1:4001", $"20.0.{observer}.1");
        Assert.Equal(("30.0.0.1:4001", 3), (_book.Mappings().First().Observed.ToString(), _book.Mappings().First().Observers));
    }

    [Fact]
    public void A_crowd_of_liars_takes_no_more_memory_than_there_is_room_for()
    {
        var random = new Random(4);
        for (var i = 0; i < Soak.Count(20_000, 500_000); i++)
        {
            var connection = Add($"30.0.0.{random.Next(256)}:{random.Next(1, 65536)}", $"20.{random.Next(256)}.{random.Next(256)}.1");
            if (random.Next(3) > 0) _book.End(connection);
        }

        Assert.InRange(_book.Count, 1, 4096);
    }

    [Fact]
    public void An_observation_outlives_its_connection_by_forty_minutes()
    {
        var connection = Add("30.0.0.1:4001", "20.0.0.1");
        _time.Advance(TimeSpan.FromHours(3));
        Assert.False(_book.Sweep());
        _book.End(connection);
        _time.Advance(TimeSpan.FromMinutes(39));
        Assert.False(_book.Sweep());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_book.Sweep());
        Assert.Equal(0, _book.Count);
    }

    [Fact]
    public void What_an_observer_sees_now_replaces_what_it_saw_over_a_connection_that_has_ended()
    {
        _book.End(Add("30.0.0.1:4001", "20.0.0.1"));
        Add("30.0.0.1:5555", "20.0.0.1");
        Assert.Equal("30.0.0.1:5555", Assert.Single(_book.Mappings()).Observed.ToString());
    }

    [Fact]
    public void Another_word_over_the_same_connection_replaces_the_first()
    {
        Assert.True(_book.Add(new Observation(7, Local, IPEndPoint.Parse("30.0.0.1:1"), IPAddress.Parse("20.0.0.0"), IsOutbound: true)));
        Assert.False(_book.Add(new Observation(7, Local, IPEndPoint.Parse("30.0.0.1:1"), IPAddress.Parse("20.0.0.0"), IsOutbound: true)));
        Assert.True(_book.Add(new Observation(7, Local, IPEndPoint.Parse("30.0.0.1:2"), IPAddress.Parse("20.0.0.0"), IsOutbound: true)));
        Assert.Equal(2, Assert.Single(_book.Mappings()).Observed.Port);
    }

    [Fact]
    public void What_was_said_about_an_address_that_is_gone_is_dropped()
    {
        Add("30.0.0.1:4001", "20.0.0.1");
        Assert.False(_book.Keep(Local.Address.Equals));
        Assert.True(_book.Keep(IPAddress.Loopback.Equals));
        Assert.Empty(_book.Mappings());
    }

    [Fact]
    public void Four_observers_that_agree_show_an_endpoint_independent_mapping()
    {
        for (var observer = 1; observer <= 3; observer++) Add("30.0.0.1:4001", $"20.0.{observer}.1");
        Assert.Equal(NatMapping.Unknown, _book.Mapping);
        Add("30.0.0.1:4001", "20.0.4.1");
        Assert.Equal(NatMapping.EndpointIndependent, _book.Mapping);
    }

    [Fact]
    public void Four_observers_that_each_see_something_else_show_an_endpoint_dependent_mapping()
    {
        for (var observer = 1; observer <= 4; observer++) Add($"30.0.0.1:{4000 + observer}", $"20.0.{observer}.1");
        Assert.Equal(NatMapping.EndpointDependent, _book.Mapping);
    }

    [Fact]
    public void Who_dials_us_says_nothing_about_the_mapping()
    {
        for (var observer = 1; observer <= 8; observer++) Add("30.0.0.1:4001", $"20.0.{observer}.1", isOutbound: false);
        Assert.Equal(NatMapping.Unknown, _book.Mapping);
        Assert.Equal(8, Assert.Single(_book.Mappings()).Observers);
    }

    private long Add(string observed, string observer, bool isOutbound = true)
    {
        _book.Add(new Observation(++_lastConnection, Local, IPEndPoint.Parse(observed), ObserverGroup.Of(IPAddress.Parse(observer)), isOutbound));
        return _lastConnection;
    }
}
