namespace Causeway.Lab.Tests.Traffic;

/// <summary>What a UDP client has counted; a datagram that is not echoed unharmed is lost.</summary>
internal sealed record UdpFigures(long Sent, long Received, long Lost, long Twice, long Reordered, long Harmed)
{
    public static UdpFigures Parse(string line) => new(
        LabTraffic.Field(line, "sent"), LabTraffic.Field(line, "received"), LabTraffic.Field(line, "lost"),
        LabTraffic.Field(line, "twice"), LabTraffic.Field(line, "reordered"), LabTraffic.Field(line, "harmed"));

    /// <summary>Everything arrived, once, in order, unharmed.</summary>
    public void AssertPerfect() => Assert.Equal(new UdpFigures(Sent, Sent, 0, 0, 0, 0), this);
}
