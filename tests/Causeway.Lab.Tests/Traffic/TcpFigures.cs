namespace Causeway.Lab.Tests.Traffic;

/// <summary>What a TCP client has counted.</summary>
internal sealed record TcpFigures(long Rounds, long Up, long Down, long Harmed)
{
    public static TcpFigures Parse(string line) =>
        new(LabTraffic.Field(line, "rounds"), LabTraffic.Field(line, "up"), LabTraffic.Field(line, "down"), LabTraffic.Field(line, "harmed"));
}
