using System.Net;
using Causeway.Hosting.Lifecycle;
using Causeway.Relay.Admission;
using Causeway.Tunnel.Protocol.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Relay.Tests.Admission;

public sealed class AdmissionTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Of_many_who_come_at_once_exactly_as_many_get_in_as_there_is_room()
    {
        for (var round = 0; round < Soak.Count(20, 2000); round++)
        {
            var control = new AdmissionControl(new RelayOptions { MaxMembers = 100, MaxUnproved = 1000, MaxPerAddress = 10_000 }, _time);
            var admitted = 0;
            Parallel.For(0, 400, i =>
            {
                if (control.TryEnter(IPAddress.Loopback) == AdmissionResult.Admitted) Interlocked.Increment(ref admitted);
            });
            Assert.Equal(100, admitted);
            Parallel.For(0, 100, i => control.Leave(IPAddress.Loopback, wasProved: false));
            Assert.Equal(0, control.Connections);
        }
    }

    [Fact]
    public void Limits_count_an_ipv4_address_or_a_network_of_64_bits_as_one()
    {
        var control = new AdmissionControl(new RelayOptions { MaxPerAddress = 2 }, _time);
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.Equal(AdmissionResult.TooManyOfAddress, control.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("192.0.2.2")));
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("2001:db8::1")));
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Equal(AdmissionResult.TooManyOfAddress, control.TryEnter(IPAddress.Parse("2001:db8:0:0:9::")));
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("2001:db8:0:1::1")));
        control.Leave(IPAddress.Parse("192.0.2.1"), wasProved: false);
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void Those_who_have_not_proved_anything_have_places_of_their_own()
    {
        var control = new AdmissionControl(new RelayOptions { MaxMembers = 10, MaxUnproved = 2 }, _time);
        control.TryEnter(IPAddress.Loopback);
        control.TryEnter(IPAddress.Loopback);
        Assert.Equal(AdmissionResult.Full, control.TryEnter(IPAddress.Loopback));
        control.Proved();
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Loopback));
    }

    [Fact]
    public void Who_fails_too_often_is_kept_out_for_a_minute()
    {
        var control = new AdmissionControl(new RelayOptions { MaxFailuresPerAddress = 3 }, _time);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Loopback));
            control.Failed(IPAddress.Loopback);
            control.Leave(IPAddress.Loopback, wasProved: false);
        }

        Assert.Equal(AdmissionResult.TooManyFailures, control.TryEnter(IPAddress.Loopback));
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Parse("192.0.2.1")));
        _time.Advance(TimeSpan.FromMinutes(1));
        control.Sweep();
        Assert.Equal(AdmissionResult.Admitted, control.TryEnter(IPAddress.Loopback));
    }

    [Fact]
    public void A_bucket_gives_what_its_rate_allows_and_no_more()
    {
        var bucket = new TokenBucket(1000, 500, TimeSpan.TicksPerSecond, 0);
        Assert.Equal(TimeSpan.Zero, bucket.Wait(0));
        bucket.Take(600);
        Assert.Equal(100, bucket.Wait(0).TotalMilliseconds, 3);
        Assert.Equal(50, bucket.Wait(TimeSpan.FromMilliseconds(50).Ticks).TotalMilliseconds, 3);
        Assert.Equal(TimeSpan.Zero, bucket.Wait(TimeSpan.FromMilliseconds(101).Ticks));

        // However long nothing was taken, no more than the burst is there.
        Assert.Equal(TimeSpan.Zero, bucket.Wait(TimeSpan.FromDays(1).Ticks));
        bucket.Take(600);
        Assert.Equal(100, bucket.Wait(TimeSpan.FromDays(1).Ticks).TotalMilliseconds, 3);

        var unlimited = new TokenBucket(0, 0, TimeSpan.TicksPerSecond, 0);
        unlimited.Take(1e12);
        Assert.Equal(TimeSpan.Zero, unlimited.Wait(0));
    }

    [Fact]
    public void The_list_of_peers_is_read_again_when_it_has_changed_and_kept_when_the_new_one_is_bad()
    {
        var peers = Enumerable.Range(0, 3).Select(i => TunnelPeerId.Read(Enumerable.Repeat((byte)i, 32).ToArray())).ToArray();
        var path = Path.GetTempFileName();
        try
        {
            Write(path, $"# ours\n{peers[0]}\n\n  {peers[1]} # the second\n", 1);
            var list = new AllowList(path, NullLogger.Instance, _time);
            Assert.Equal((true, true, false), (list.Contains(peers[0]), list.Contains(peers[1]), list.Contains(peers[2])));
            Write(path, $"{peers[2]}\n", 2);
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal((false, true), (list.Contains(peers[0]), list.Contains(peers[2])));
            Write(path, "nonsense\n", 3);
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.True(list.Contains(peers[2]));
            Assert.Contains("line 1", Assert.Throws<UserErrorException>(() => new AllowList(path, NullLogger.Instance)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        static void Write(string path, string text, int hour)
        {
            File.WriteAllText(path, text);
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, hour, 0, 0, DateTimeKind.Utc));
        }
    }
}
