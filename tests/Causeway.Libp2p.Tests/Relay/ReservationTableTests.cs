using System.Net;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Hop;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Who may reserve: in all, per address, per network.</summary>
public sealed class ReservationTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddHours(1);

    [Theory]
    [InlineData("198.51.100.1", "198.51.100.1", "198.51.100.2")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")]
    public void One_address_holds_only_so_many(string first, string same, string other)
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservationsPerAddress = 2 });
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, first));
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, same));
        Assert.Equal(ReservationOutcome.AddressFull, Reserve(table, same));
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, other));
    }

    [Theory]
    [InlineData("198.51.100.{0}", "198.51.101.1")]
    [InlineData("2001:db8:1:{0}::1", "2001:db8:2::1")]
    public void One_network_holds_only_so_many(string pattern, string other)
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservationsPerSubnet = 3 });
        for (var i = 1; i <= 3; i++) Assert.Equal(ReservationOutcome.Opened, Reserve(table, string.Format(null, pattern, i)));
        Assert.Equal(ReservationOutcome.SubnetFull, Reserve(table, string.Format(null, pattern, 4)));
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, other));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData(null)]
    public void This_machine_is_not_counted_by_address(string? source)
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservationsPerAddress = 1, MaxReservationsPerSubnet = 1 });
        for (var i = 0; i < 10; i++) Assert.Equal(ReservationOutcome.Opened, Reserve(table, source));
    }

    [Fact]
    public void An_IPv4_address_in_IPv6_clothes_is_the_same_address()
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservationsPerAddress = 1 });
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, "198.51.100.1"));
        Assert.Equal(ReservationOutcome.AddressFull, Reserve(table, "::ffff:198.51.100.1"));
    }

    [Fact]
    public void What_has_ended_makes_room()
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservations = 1, MaxReservationsPerAddress = 1 });
        var (one, two) = (NewPeer(), NewPeer());
        var source = IPAddress.Parse("198.51.100.1");
        Assert.Equal(ReservationOutcome.Opened, table.Reserve(one, source, Now, Later));
        Assert.Equal(ReservationOutcome.Full, table.Reserve(two, source, Now, Later));
        Assert.Equal(ReservationOutcome.Opened, table.Reserve(two, source, Later, Later.AddHours(1)));
        Assert.False(table.Holds(one, Later));
        Assert.True(table.Remove(two));
        Assert.False(table.Remove(two));
        Assert.Equal(ReservationOutcome.Opened, table.Reserve(one, source, Later, Later.AddHours(1)));
    }

    [Fact]
    public void A_refused_renewal_leaves_what_was()
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservationsPerAddress = 1 });
        var peer = NewPeer();
        Assert.Equal(ReservationOutcome.Opened, table.Reserve(peer, IPAddress.Parse("198.51.100.1"), Now, Later));
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, "198.51.100.2"));
        Assert.Equal(ReservationOutcome.AddressFull, table.Reserve(peer, IPAddress.Parse("198.51.100.2"), Now, Later));
        Assert.True(table.Holds(peer, Now));
        Assert.Equal(ReservationOutcome.AddressFull, Reserve(table, "198.51.100.1"));
        Assert.Equal(ReservationOutcome.Renewed, table.Reserve(peer, IPAddress.Parse("198.51.100.3"), Now, Later));
        Assert.Equal(ReservationOutcome.Opened, Reserve(table, "198.51.100.1"));
    }

    [Fact]
    public void Any_order_of_events_ends_with_nothing_held()
    {
        var table = new ReservationTable(new CircuitRelayOptions { MaxReservations = 30, MaxReservationsPerAddress = 3, MaxReservationsPerSubnet = 9 });
        var random = new Random(4);
        PeerId[] peers = [.. Enumerable.Range(0, 60).Select(_ => NewPeer())];
        var now = Now;
        for (var i = 0; i < Soak.Count(5_000, 500_000); i++)
        {
            now = now.AddSeconds(random.Next(3));
            var peer = peers[random.Next(peers.Length)];
            switch (random.Next(10))
            {
                case 0:
                    table.Remove(peer);
                    break;
                case 1:
                    table.Sweep(now);
                    break;
                default:
                    table.Reserve(peer, new IPAddress([198, 51, (byte)random.Next(4), (byte)random.Next(5)]), now, now.AddSeconds(random.Next(100)));
                    break;
            }

            Assert.InRange(table.Count, 0, 30);
        }

        table.Sweep(DateTimeOffset.MaxValue);
        Assert.Equal(0, table.Count);
        for (var i = 0; i < 3; i++) Assert.Equal(ReservationOutcome.Opened, Reserve(table, "198.51.1.1"));
    }

    private static ReservationOutcome Reserve(ReservationTable table, string? source) =>
        table.Reserve(NewPeer(), source is null ? null : IPAddress.Parse(source), Now, Later);
}
