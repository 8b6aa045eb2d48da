namespace Causeway.Ipfs.Pins;

/// <summary>How much a pin keeps.</summary>
public enum PinKind
{
    /// <summary>The block and all that it links to, all the way down.</summary>
    Recursive,

    /// <summary>One block.</summary>
    Direct,
}
