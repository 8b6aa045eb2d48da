using Causeway.Network.Ethernet;

namespace Causeway.Network.Tests.Ethernet;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("02:00:5e:10:00:01", "02:00:5e:10:00:01")]
    [InlineData("02-00-5E-10-00-01", "02:00:5e:10:00:01")]
    [InlineData("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff")]
    public void Parses_and_prints(string text, string printed)
    {
        var address = MacAddress.Parse(text);
        Assert.Equal(printed, address.ToString());
        Assert.Equal(printed, $"{address}");
        Assert.Equal(address, new MacAddress(address.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("02:00:5e:10:00")]
    [InlineData("02:00:5e:10:00:0g")]
    [InlineData("02:00:5e-10:00:01")]
    [InlineData("02.00.5e.10.00.01")]
    [InlineData("02:00:5e:10:00:01:")]
    [InlineData("02: 0:5e:10:00:01")]
    public void Refuses_anything_else(string? text)
    {
        Assert.False(MacAddress.TryParse(text, out _));
    }

    [Fact]
    public void Knows_what_kind_it_is()
    {
        Assert.True(MacAddress.Broadcast.IsGroup);
        Assert.True(MacAddress.Parse("01:00:5e:00:00:fb").IsGroup);
        Assert.False(MacAddress.Parse("02:00:5e:00:00:fb").IsGroup);
        Assert.True(MacAddress.Parse("02:00:5e:00:00:fb").IsLocallyAdministered);
        Assert.False(MacAddress.Parse("00:00:5e:00:00:fb").IsLocallyAdministered);
        Assert.True(MacAddress.Parse("01:80:c2:00:00:0e").IsLinkLocalReserved);
        Assert.False(MacAddress.Parse("01:80:c2:00:00:10").IsLinkLocalReserved);
        Assert.True(default(MacAddress).IsZero);
    }
}
