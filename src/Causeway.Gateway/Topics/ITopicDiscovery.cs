namespace Causeway.Gateway.Topics;

/// <summary>Finds the peers of topics beyond the local network.</summary>
public interface ITopicDiscovery
{
    /// <summary>Says that this peer is in a topic, and searches for the others, until <see cref="Leave"/>.</summary>
    void Join(string topic);

    /// <summary>Does so no longer.</summary>
    void Leave(string topic);
}
