namespace Causeway.Tunnel.Segmentation;

/// <summary>What <see cref="OffloadCheck"/> found.</summary>
public enum OffloadVerdict
{
    /// <summary>In order.</summary>
    Valid,

    /// <summary>Shorter than an Ethernet header.</summary>
    TooShort,

    /// <summary>An ordinary frame beyond the MTU, or a super-segment beyond what IP can carry.</summary>
    TooLong,

    /// <summary>A flag, kind or combination that no member sends.</summary>
    UnknownFlags,

    /// <summary>A field is set that means nothing with these flags.</summary>
    StrayField,

    /// <summary>The checksum would not go where TCP or UDP have theirs.</summary>
    WrongChecksumPosition,

    /// <summary>The frame does not carry, in one piece, the protocol that the header names; or its headers disagree with its length.</summary>
    WrongProtocol,

    /// <summary>The length of the headers is not what they say.</summary>
    WrongHeaderLength,

    /// <summary>The segments would be too small, too large, too many, or only one.</summary>
    WrongSegmentSize,

    /// <summary>TCP flags that no stack segments: SYN or RST.</summary>
    WrongTcpFlags,
}
