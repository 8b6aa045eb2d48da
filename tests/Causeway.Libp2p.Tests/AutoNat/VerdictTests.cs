using System.Net;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.AutoNat.Client;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

/// <summary>What answers add up to, and when the next question is due.</summary>
public sealed class VerdictTests
{
    private static readonly Multiaddress One = Address("/ip4/30.0.0.1/tcp/1");
    private static readonly Multiaddress Other = Address("/ip4/30.0.0.1/tcp/2");

    private readonly ManualTimeProvider _time = new();
    private readonly AddressTracker _tracker;

    public VerdictTests() => _tracker = new AddressTracker(new AutoNatOptions(), _time);

    [Fact]
    public void A_single_server_decides_alone()
    {
        _tracker.Update([One]);
        Answer(1, servers: 1, ProbeOutcome.Unreachable, One);
        Assert.Equal(Reachability.Private, _tracker.Overall);
        Assert.Empty(_tracker.Begin(ServerAt(1), 1));
    }

    [Fact]
    public void Of_several_servers_the_agreeing_ones_must_outnumber_the_others_by_two()
    {
        _tracker.Update([One]);
        Answer(1, 4, ProbeOutcome.Reachable, One);
        Assert.Equal(Reachability.Unknown, _tracker.Overall);
        Answer(2, 4, ProbeOutcome.Unreachable, One);
        Answer(3, 4, ProbeOutcome.Reachable, One);
        Assert.Equal(Reachability.Unknown, _tracker.Overall);
        Answer(4, 4, ProbeOutcome.Reachable, One);
        Assert.Equal(Reachability.Public, _tracker.Overall);
    }

    [Fact]
    public void Three_that_agree_are_enough_for_now()
    {
        _tracker.Update([One]);
        for (var i = 1; i <= 3; i++) Answer(i, 10, ProbeOutcome.Reachable, One);
        Assert.Empty(_tracker.Begin(ServerAt(4), 10));
        Assert.Equal(TimeSpan.FromMinutes(15), _tracker.UntilDue());
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal([One], _tracker.Begin(ServerAt(4), 10));
        Assert.Equal(Reachability.Public, _tracker.Overall);
    }

    [Fact]
    public void Failures_are_looked_at_again_after_ninety_seconds_and_then_ever_later()
    {
        _tracker.Update([One]);
        foreach (var seconds in (int[])[90, 180, 360, 720, 900, 900])
        {
            Answer(1, 1, ProbeOutcome.Unreachable, One);
            Assert.Equal(TimeSpan.FromSeconds(seconds), _tracker.UntilDue());
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public void A_server_that_passes_over_the_first_address_is_not_asked_about_it_again()
    {
        _tracker.Update([One, Other]);
        Answer(1, 1, ProbeOutcome.Reachable, Other);
        Assert.Equal((Reachability.Unknown, Reachability.Public), (_tracker.VerdictOf(One), _tracker.VerdictOf(Other)));
        Assert.Empty(_tracker.Begin(ServerAt(1), 1));
        Assert.Equal([One], _tracker.Begin(ServerAt(2), 2).Take(1));
    }

    [Fact]
    public void A_server_that_refuses_everything_is_asked_about_each_address_once()
    {
        _tracker.Update([One, Other]);
        for (var i = 0; i < 2; i++)
        {
            var asked = _tracker.Begin(ServerAt(1), 1);
            Assert.Equal(2 - i, asked.Count);
            _tracker.End(ServerAt(1), 1, asked, new ProbeResult(ProbeOutcome.Refused));
        }

        Assert.Empty(_tracker.Begin(ServerAt(1), 1));
        Assert.Equal(Reachability.Unknown, _tracker.Overall);
    }

    [Fact]
    public void What_is_known_of_addresses_that_stay_is_kept_and_the_rest_forgotten()
    {
        _tracker.Update([One, Other]);
        Answer(1, 1, ProbeOutcome.Reachable, One);
        Assert.False(_tracker.Update([One]));
        Assert.Equal(Reachability.Public, _tracker.VerdictOf(One));
        Assert.True(_tracker.Update([Other]));
        Assert.Equal(Reachability.Unknown, _tracker.Overall);
        Assert.True(_tracker.Update([One]));
        Assert.Equal(Reachability.Unknown, _tracker.VerdictOf(One));
    }

    [Fact]
    public void The_same_address_is_not_asked_about_twice_at_once_of_more_servers_than_needed()
    {
        _tracker.Update([One]);
        for (var i = 1; i <= 3; i++) Assert.Single(_tracker.Begin(ServerAt(i), 5));
        Assert.Empty(_tracker.Begin(ServerAt(4), 5));
    }

    [Fact]
    public void A_failed_request_leaves_everything_as_it_was()
    {
        _tracker.Update([One]);
        var asked = _tracker.Begin(ServerAt(1), 1);
        _tracker.End(ServerAt(1), 1, asked, new ProbeResult(ProbeOutcome.Failed));
        Assert.Equal(Reachability.Unknown, _tracker.Overall);
        Assert.Equal([One], _tracker.Begin(ServerAt(1), 1));
    }

    [Fact]
    public void Version_1s_first_answer_decides_and_a_contrary_one_first_costs_confidence()
    {
        var confidence = new ReachabilityConfidence(new AutoNatOptions());
        confidence.Add(ProbeOutcome.Unreachable);
        Assert.Equal(Reachability.Private, confidence.Status);
        Assert.Equal(TimeSpan.FromSeconds(90), confidence.Interval);
        confidence.Add(ProbeOutcome.Reachable);
        Assert.Equal((Reachability.Public, 0), (confidence.Status, confidence.Confidence));
        for (var i = 0; i < 5; i++) confidence.Add(ProbeOutcome.Reachable);
        Assert.Equal((3, TimeSpan.FromMinutes(15)), (confidence.Confidence, confidence.Interval));
        for (var i = 0; i < 3; i++)
        {
            confidence.Add(ProbeOutcome.Unreachable);
            Assert.Equal(Reachability.Public, confidence.Status);
        }

        confidence.Add(ProbeOutcome.Refused);
        Assert.Equal(Reachability.Public, confidence.Status);
        confidence.Add(ProbeOutcome.Unreachable);
        Assert.Equal(Reachability.Private, confidence.Status);
    }

    private static IPAddress ServerAt(int number) => IPAddress.Parse($"20.0.{number}.1");

    private void Answer(int server, int servers, ProbeOutcome outcome, Multiaddress about)
    {
        var asked = _tracker.Begin(ServerAt(server), servers);
        Assert.NotEmpty(asked);
        _tracker.End(ServerAt(server), servers, asked, new ProbeResult(outcome, about));
    }
}
