namespace Causeway.Tunnel.Tests.Protocol.Vectors;

/// <summary>docs/protocol/tunnel-vectors.json is what this code computes, byte for byte. CAUSEWAY_WRITE_VECTORS=1 writes it anew.</summary>
public sealed class TunnelVectorTests
{
    [Fact]
    public void The_published_vectors_are_those_that_are_computed()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Causeway.slnx"))) directory = directory.Parent;
        Assert.NotNull(directory);
        var path = Path.Combine(directory.FullName, "docs", "protocol", "tunnel-vectors.json");
        var built = TunnelVectors.Build();
        if (Environment.GetEnvironmentVariable("CAUSEWAY_WRITE_VECTORS") == "1") File.WriteAllText(path, built);
        Assert.Equal(File.ReadAllText(path), built);
        Assert.Equal(built, TunnelVectors.Build());
    }
}
