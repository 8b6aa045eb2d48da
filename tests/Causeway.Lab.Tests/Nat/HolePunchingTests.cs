using Causeway.Lab.Nats;

namespace Causeway.Lab.Tests.Nat;

/// <summary>What the table says.</summary>
public sealed class HolePunchingTests
{
    [Theory]
    [InlineData("none", "none", true)]
    [InlineData("none", "symmetric", true)]
    [InlineData("none", "only-443", false)]
    [InlineData("home", "home", true)]
    [InlineData("home", "carrier", true)]
    [InlineData("home", "udp-blocked", true)]
    [InlineData("home", "symmetric", false)]
    [InlineData("home", "carrier-symmetric", false)]
    [InlineData("endpoint-independent", "symmetric", true)]
    [InlineData("eim-adf", "symmetric", true)]
    [InlineData("eim-adf", "adm-apdf", true)]
    [InlineData("adm-adf", "adm-adf", false)]
    [InlineData("apdm-eif", "symmetric", true)]
    [InlineData("symmetric", "symmetric", false)]
    [InlineData("endpoint-independent", "only-443", false)]
    public void For_TCP_mapping_and_filtering_of_both_decide(string left, string right, bool isPossible)
    {
        Assert.Equal(isPossible, HolePunching.Tcp(NatProfiles.Find(left), NatProfiles.Find(right)).IsPossible);
        Assert.Equal(isPossible, HolePunching.Tcp(NatProfiles.Find(right), NatProfiles.Find(left)).IsPossible);
    }

    [Fact]
    public void For_UDP_the_same_holds_except_where_it_is_blocked()
    {
        foreach (var left in NatProfiles.All)
        {
            foreach (var right in NatProfiles.All)
            {
                var isBlocked = left.Udp is null || right.Udp is null;
                Assert.Equal(!isBlocked && HolePunching.Tcp(left, right).IsPossible, HolePunching.Udp(left, right).IsPossible);
            }
        }
    }

    [Fact]
    public void Two_layers_are_as_strict_as_the_stricter_of_them()
    {
        Assert.Equal(NatProfiles.Home.Tcp, NatProfiles.Carrier.Tcp);
        Assert.Equal(NatProfiles.Symmetric.Udp, NatProfiles.CarrierSymmetric.Udp);
        Assert.False(NatProfiles.Carrier.Hairpins);
    }
}
