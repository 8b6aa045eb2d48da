namespace Causeway.Tunnel.Segmentation;

/// <summary>What <see cref="OffloadNormalizer"/> made of a frame.</summary>
public enum NormalizedOffload
{
    /// <summary>An ordinary frame, its checksums complete, its header zero.</summary>
    Plain,

    /// <summary>An ordinary frame whose checksum the receiver completes.</summary>
    Checksum,

    /// <summary>A super-segment that may travel as one frame.</summary>
    SuperSegment,

    /// <summary>A super-segment that no member would take as one frame: <see cref="FrameSegmenter"/> takes it apart.</summary>
    ToBeSegmented,

    /// <summary>Nothing can be done with it. Not to be sent.</summary>
    Unusable,
}
