namespace Causeway.Node;

/// <summary>What a node's trustless gateway gives away.</summary>
public enum GatewayMode
{
    /// <summary>Nothing: there is no gateway.</summary>
    Off,

    /// <summary>The blocks that the node has.</summary>
    Local,

    /// <summary>These, and what it fetches from others for whoever asks.</summary>
    Fetch,
}
