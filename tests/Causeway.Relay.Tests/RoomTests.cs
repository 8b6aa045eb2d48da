using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Causeway.Relay.Tests;

public sealed class RoomTests
{
    [Fact]
    public void The_relay_uses_nothing_of_the_tunnel_but_its_protocol()
    {
        using var file = new PEReader(File.OpenRead(typeof(RelayEndpoint).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var used = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => (Name: metadata.GetString(type.Name), Namespace: metadata.GetString(type.Namespace)))
            .Where(type => type.Namespace.StartsWith("Causeway.Tunnel", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, type => !type.Namespace.StartsWith("Causeway.Tunnel.Protocol.", StringComparison.Ordinal));
        Assert.DoesNotContain(used, type => type.Namespace.StartsWith("Causeway.Tunnel.Protocol.Sessions", StringComparison.Ordinal) || type.Namespace.StartsWith("Causeway.Tunnel.Protocol.Handshakes", StringComparison.Ordinal));
    }
}
