namespace Causeway.Libp2p.PubSub.Scoring;

/// <summary>The counters of one peer in one topic (gossipsub 1.1, "Topic Parameter Calculation and Decay").</summary>
internal sealed class TopicStats(TopicScoreParameters parameters)
{
    private TimeSpan _grafted;
    private TimeSpan _meshTime;
    private bool _isActive;

    /// <summary>Whether the peer is in our mesh.</summary>
    public bool IsInMesh { get; private set; }

    /// <summary>P2.</summary>
    public double FirstDeliveries { get; private set; }

    /// <summary>P3.</summary>
    public double MeshDeliveries { get; private set; }

    /// <summary>P3b.</summary>
    public double MeshFailures { get; private set; }

    /// <summary>P4.</summary>
    public double InvalidMessages { get; private set; }

    /// <summary>Whether there is nothing left to remember.</summary>
    public bool IsEmpty => !IsInMesh && FirstDeliveries == 0 && MeshDeliveries == 0 && MeshFailures == 0 && InvalidMessages == 0;

    private double Deficit =>
        _isActive && MeshDeliveries < parameters.MeshMessageDeliveriesThreshold ? parameters.MeshMessageDeliveriesThreshold - MeshDeliveries : 0;

    /// <summary>Joined our mesh.</summary>
    public void Graft(TimeSpan now)
    {
        IsInMesh = true;
        _grafted = now;
        _meshTime = TimeSpan.Zero;
        _isActive = false;
    }

    /// <summary>Left our mesh: a deficit at this point sticks (P3b).</summary>
    public void Prune()
    {
        if (!IsInMesh) return;
        MeshFailures += Deficit * Deficit;
        IsInMesh = false;
        _isActive = false;
    }

    /// <summary>Brought a valid message before anybody else.</summary>
    public void DeliverFirst()
    {
        FirstDeliveries = Math.Min(FirstDeliveries + 1, parameters.FirstMessageDeliveriesCap);
        DeliverInMesh();
    }

    /// <summary>Brought a valid message at about the same time as the first.</summary>
    public void DeliverInMesh()
    {
        if (IsInMesh) MeshDeliveries = Math.Min(MeshDeliveries + 1, parameters.MeshMessageDeliveriesCap);
    }

    /// <summary>Brought an invalid message.</summary>
    public void DeliverInvalid() => InvalidMessages++;

    /// <summary>The connection ended: what was good is forgotten, what was bad stays.</summary>
    public void Disconnect()
    {
        FirstDeliveries = 0;
        Prune();
    }

    /// <summary>One decay interval has passed.</summary>
    public void Decay(TimeSpan now, double toZero)
    {
        FirstDeliveries = Decayed(FirstDeliveries, parameters.FirstMessageDeliveriesDecay, toZero);
        MeshDeliveries = Decayed(MeshDeliveries, parameters.MeshMessageDeliveriesDecay, toZero);
        MeshFailures = Decayed(MeshFailures, parameters.MeshFailurePenaltyDecay, toZero);
        InvalidMessages = Decayed(InvalidMessages, parameters.InvalidMessageDeliveriesDecay, toZero);
        if (!IsInMesh) return;
        _meshTime = now - _grafted;
        _isActive |= _meshTime > parameters.MeshMessageDeliveriesActivation;
    }

    /// <summary>What the topic adds to the peer's score.</summary>
    public double Score()
    {
        var score = 0.0;
        if (IsInMesh)
        {
            var quanta = Math.Floor(_meshTime / parameters.TimeInMeshQuantum);
            score += Math.Min(quanta, parameters.TimeInMeshCap) * parameters.TimeInMeshWeight;
        }

        score += FirstDeliveries * parameters.FirstMessageDeliveriesWeight;
        score += Deficit * Deficit * parameters.MeshMessageDeliveriesWeight;
        score += MeshFailures * parameters.MeshFailurePenaltyWeight;
        score += InvalidMessages * InvalidMessages * parameters.InvalidMessageDeliveriesWeight;
        return score * parameters.TopicWeight;
    }

    private static double Decayed(double value, double factor, double toZero)
    {
        value *= factor;
        return value < toZero ? 0 : value;
    }
}
