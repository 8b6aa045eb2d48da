using System.Net;
using Causeway.Node.Http;

namespace Causeway.Node.Tests;

public sealed class RequestLimitsTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Requests_under_way_are_counted_for_each_address_and_for_all()
    {
        var limits = new RequestLimits(new RequestLimitOptions { MaxRequests = 3, MaxRequestsPerAddress = 2 }, _time);
        var first = limits.TryBegin(One)!;
        Assert.NotNull(limits.TryBegin(One));
        Assert.Null(limits.TryBegin(One));
        Assert.NotNull(limits.TryBegin(Two));
        Assert.Null(limits.TryBegin(Two));
        first.Dispose();
        first.Dispose();
        Assert.NotNull(limits.TryBegin(One));
        Assert.Null(limits.TryBegin(Two));
    }

    [Fact]
    public void Requests_of_the_last_seconds_are_counted_for_each_address()
    {
        var limits = new RequestLimits(new RequestLimitOptions { Burst = 4, RequestsPerSecond = 2 }, _time);
        for (var i = 0; i < 4; i++) limits.TryBegin(One)!.Dispose();
        Assert.Null(limits.TryBegin(One));
        Assert.NotNull(limits.TryBegin(Two));
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 2; i++) limits.TryBegin(One)!.Dispose();
        Assert.Null(limits.TryBegin(One));
        _time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 4; i++) limits.TryBegin(One)!.Dispose();
        Assert.Null(limits.TryBegin(One));
    }

    [Fact]
    public void A_host_counts_once_whichever_of_its_addresses_it_uses()
    {
        var limits = new RequestLimits(new RequestLimitOptions { MaxRequestsPerAddress = 1 }, _time);
        Assert.NotNull(limits.TryBegin(IPAddress.Parse("2001:db8::1")));
        Assert.Null(limits.TryBegin(IPAddress.Parse("2001:db8::2")));
        Assert.NotNull(limits.TryBegin(IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Addresses_that_are_quiet_are_forgotten()
    {
        var limits = new RequestLimits(new RequestLimitOptions(), _time);
        using var begun = limits.TryBegin(One);
        for (var i = 0; i < 20_000; i++)
        {
            limits.TryBegin(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]))!.Dispose();
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.InRange(limits.Addresses, 2, 8192);
    }
}
