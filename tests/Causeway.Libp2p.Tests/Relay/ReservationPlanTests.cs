using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Client;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Which relays are asked when.</summary>
public sealed class ReservationPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RelayClientOptions _options = new();
    private readonly ReservationPlan _plan;
    private readonly PeerId _one = NewPeer();
    private readonly PeerId _two = NewPeer();
    private readonly PeerId _three = NewPeer();

    public ReservationPlanTests() => _plan = new ReservationPlan(_options, static () => 0.5) { Wanted = 2 };

    [Fact]
    public void As_many_are_asked_as_are_wanted_and_the_better_first()
    {
        _plan.Suggest(_one, RelayKind.Found);
        _plan.Suggest(_two, RelayKind.Connected);
        _plan.Suggest(_three, RelayKind.Configured);
        Assert.Equal([_three, _two], Due(Start));
        Assert.Empty(Due(Start));
        Assert.True(_plan.Uses(_two));
        _plan.Failed(_two, Refusal.Unreachable, Start);
        Assert.Equal([_one], Due(Start));
    }

    [Fact]
    public void A_reservation_is_renewed_when_three_quarters_of_its_time_are_over()
    {
        Hold(_one, Start);
        Assert.Empty(Due(Start.AddMinutes(44)));
        Assert.Equal(Start.AddMinutes(45), _plan.NextDue());
        Assert.Equal([_one], Due(Start.AddMinutes(45)));
        _plan.Granted(_one, Start.AddMinutes(105), [], Start.AddMinutes(45));
        Assert.Equal(Start.AddMinutes(90), _plan.NextDue());
    }

    [Fact]
    public void A_relay_that_cannot_be_reached_for_the_renewal_is_asked_again_while_it_lasts()
    {
        Hold(_one, Start);
        var now = Start.AddMinutes(45);
        for (var asked = 0; asked < 5; asked++)
        {
            Assert.Equal([_one], Due(now));
            Assert.False(_plan.Failed(_one, Refusal.Unreachable, now));
            now = _plan.NextDue()!.Value;
        }

        Assert.Equal(1, _plan.HeldCount);
        Assert.Equal([_one], _plan.Trim(Start.AddHours(1)));
        Assert.Equal(0, _plan.HeldCount);
        Assert.Empty(_plan.Addresses);
    }

    [Fact]
    public void A_refused_renewal_ends_the_reservation_and_another_relay_is_asked()
    {
        _plan.Wanted = 1;
        Hold(_one, Start);
        _plan.Suggest(_two, RelayKind.Connected);
        var now = Start.AddMinutes(45);
        Assert.Equal([_one], Due(now));
        Assert.True(_plan.Failed(_one, Refusal.Refused, now));
        Assert.Equal([_two], Due(now));
    }

    [Theory]
    [InlineData("Unreachable", 5, 10)]
    [InlineData("Refused", 60, 120)]
    [InlineData("Denied", 3600, 3600)]
    public void A_relay_that_failed_is_left_alone_for_a_while(string refusal, int first, int second)
    {
        var kind = Enum.Parse<Refusal>(refusal);
        _plan.Suggest(_one, RelayKind.Configured);
        Assert.Equal([_one], Due(Start));
        _plan.Failed(_one, kind, Start);
        Assert.Empty(Due(Start.AddSeconds(first - 1)));
        var again = Start.AddSeconds(first);
        Assert.Equal([_one], Due(again));
        _plan.Failed(_one, kind, again);
        Assert.Empty(Due(again.AddSeconds(second - 1)));
        Assert.Equal([_one], Due(again.AddSeconds(second)));
    }

    [Fact]
    public void A_lost_reservation_is_replaced()
    {
        _plan.Wanted = 1;
        Hold(_one, Start);
        _plan.Suggest(_two, RelayKind.Connected);
        Assert.Empty(Due(Start));
        Assert.True(_plan.Lost(_one, Start));
        Assert.False(_plan.Lost(_one, Start));
        Assert.Equal([_two], Due(Start));
    }

    [Fact]
    public void When_none_are_wanted_what_is_held_is_given_up_but_for_the_named()
    {
        Hold(_one, Start);
        _plan.Suggest(_two, RelayKind.Named);
        Assert.Equal([_two], Due(Start));
        _plan.Granted(_two, Start.AddHours(1), Addresses("/p2p-circuit"), Start);
        _plan.Wanted = 0;
        Assert.Equal([_one], _plan.Trim(Start));
        Assert.Equal(Addresses("/p2p-circuit"), _plan.Addresses);
        Assert.Empty(Due(Start));
    }

    [Fact]
    public void A_clock_that_runs_ahead_does_not_spin()
    {
        Hold(_one, Start, Start.AddHours(-3));
        Assert.True(_plan.NextDue() > Start);
    }

    [Fact]
    public void Only_so_many_are_remembered()
    {
        _plan.Wanted = 0;
        for (var i = 0; i < 1000; i++) _plan.Suggest(NewPeer(), RelayKind.Found);
        _plan.Suggest(_one, RelayKind.Configured);
        _plan.Wanted = 1000;
        var due = Due(Start);
        Assert.Equal(256, due.Count);
        Assert.Contains(_one, due);
    }

    [Fact]
    public void A_candidate_that_is_gone_is_not_asked()
    {
        _plan.Suggest(_one, RelayKind.Connected);
        Assert.Empty(_plan.TakeDue(Start, static (_, kind) => kind != RelayKind.Connected));
        Assert.Equal([_one], Due(Start));
    }

    private void Hold(PeerId peer, DateTimeOffset now, DateTimeOffset? expires = null)
    {
        _plan.Suggest(peer, RelayKind.Configured);
        Assert.Contains(peer, Due(now));
        _plan.Granted(peer, expires ?? now.AddHours(1), Addresses("/p2p-circuit"), now);
    }

    private IReadOnlyList<PeerId> Due(DateTimeOffset now) => _plan.TakeDue(now, static (_, _) => true);
}
