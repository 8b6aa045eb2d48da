using Causeway.Libp2p.PubSub;

namespace Causeway.Libp2p.Tests.PubSub.Scoring;

public sealed class ParameterTests
{
    public static TheoryData<string, Func<GossipSubOptions, GossipSubOptions>> Wrong() => new()
    {
        { "MeshDegree", o => o with { MeshDegree = 13 } },
        { "MeshDegree", o => o with { MeshDegreeLow = 7 } },
        { "MeshDegreeOutbound", o => o with { MeshDegreeOutbound = 4 } },
        { "MeshDegreeScore", o => o with { MeshDegreeScore = 7 } },
        { "HistoryGossip", o => o with { HistoryGossip = 6 } },
        { "GossipFactor", o => o with { GossipFactor = double.NaN } },
        { "HeartbeatInterval", o => o with { HeartbeatInterval = TimeSpan.Zero } },
        { "MaxRpcSize", o => o with { MaxRpcSize = 100 } },
        { "OutboundQueueBytes", o => o with { OutboundQueueBytes = 1000 } },
        { "PeerExchangeCount", o => o with { PeerExchangeCount = 65 } },
        { "Gossip ", o => Score(o, s => s with { Thresholds = new PeerScoreThresholds { Gossip = 1 } }) },
        { "Publish", o => Score(o, s => s with { Thresholds = new PeerScoreThresholds { Publish = -5 } }) },
        { "Graylist", o => Score(o, s => s with { Thresholds = new PeerScoreThresholds { Graylist = -20 } }) },
        { "OpportunisticGraft", o => Score(o, s => s with { Thresholds = new PeerScoreThresholds { OpportunisticGraft = -1 } }) },
        { "IPColocationFactorWeight", o => Score(o, s => s with { IPColocationFactorWeight = 1 }) },
        { "BehaviourPenaltyDecay", o => Score(o, s => s with { BehaviourPenaltyDecay = 1 }) },
        { "DecayInterval", o => Score(o, s => s with { DecayInterval = TimeSpan.FromMilliseconds(10) }) },
        { "TopicWeight", o => Topic(o, t => t with { TopicWeight = -1 }) },
        { "TimeInMeshQuantum", o => Topic(o, t => t with { TimeInMeshQuantum = TimeSpan.Zero }) },
        { "FirstMessageDeliveriesDecay", o => Topic(o, t => t with { FirstMessageDeliveriesDecay = 0 }) },
        { "MeshMessageDeliveriesWeight", o => Topic(o, t => t with { MeshMessageDeliveriesWeight = 1 }) },
        { "MeshMessageDeliveriesCap", o => Topic(o, t => t with { MeshMessageDeliveriesWeight = -1, MeshMessageDeliveriesCap = 3 }) },
        { "MeshMessageDeliveriesActivation", o => Topic(o, t => t with { MeshMessageDeliveriesWeight = -1, MeshMessageDeliveriesActivation = default }) },
        { "MeshFailurePenaltyWeight", o => Topic(o, t => t with { MeshFailurePenaltyWeight = 1 }) },
        { "InvalidMessageDeliveriesWeight", o => Topic(o, t => t with { InvalidMessageDeliveriesWeight = double.PositiveInfinity }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Parameters_out_of_range_are_refused_by_name(string name, Func<GossipSubOptions, GossipSubOptions> change)
    {
        var exception = Assert.Throws<ArgumentException>(() => change(new GossipSubOptions()).Validate());
        Assert.Contains(name.TrimEnd(), exception.Message);
    }

    [Fact]
    public void The_defaults_are_valid() => new GossipSubOptions().Validate();

    [Fact]
    public void A_decay_for_a_time_takes_a_counter_to_zero_in_that_time()
    {
        var parameters = new PeerScoreParameters();
        var decay = parameters.DecayFor(TimeSpan.FromSeconds(50));
        Assert.Equal(parameters.DecayToZero, Math.Pow(decay, 50), 6);
    }

    private static GossipSubOptions Score(GossipSubOptions options, Func<PeerScoreParameters, PeerScoreParameters> change) =>
        options with { Scoring = change(options.Scoring!) };

    private static GossipSubOptions Topic(GossipSubOptions options, Func<TopicScoreParameters, TopicScoreParameters> change) =>
        Score(options, s => s with { OtherTopics = change(s.OtherTopics!) });
}
