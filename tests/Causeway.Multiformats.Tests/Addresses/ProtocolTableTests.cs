using Causeway.Multiformats.Addresses;
using Causeway.Testing;
using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class ProtocolTableTests
{
    [Fact]
    public void Every_protocol_of_the_public_table_is_known_with_its_code_and_size()
    {
        var rows = File.ReadAllLines(Vectors.Locate("multiformats/multiaddr-protocols.csv"))[1..]
            .Select(line => line.Split(',').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells.Length > 2)
            .ToList();
        Assert.True(rows.Count > 35);
        foreach (var row in rows)
        {
            var protocol = AddressProtocols.Find(row[2]);
            Assert.NotNull(protocol);
            Assert.Equal(int.Parse(row[0]), protocol.Code);
            Assert.Equal(row[1] == "V" ? AddressProtocol.Variable : int.Parse(row[1]) / 8, protocol.Size);
            Assert.Equal(protocol.Size == 0, protocol.Value is null);
            Assert.Same(protocol, AddressProtocols.Find((ulong)protocol.Code));
        }

        Assert.Equal(rows.Select(row => row[2]).Where(name => name != "ipfs").Order(), AddressProtocols.Table.Select(p => p.Name).Order());
    }
}
