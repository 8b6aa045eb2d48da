using System.Globalization;
using Causeway.Multiformats.Addresses;
using Causeway.Testing;
using Xunit;

namespace Causeway.Multiformats.Tests;

/// <summary>Our codes and names against the public multicodec table.</summary>
public sealed class MulticodecTableTests
{
    [Fact]
    public void Content_types_and_hash_functions_have_the_codes_of_the_table()
    {
        var table = Read();
        foreach (var codec in Enum.GetValues<Multicodec>()) Assert.Equal((long)codec, table[codec.Name()].Code);
        foreach (var hash in Enum.GetValues<MultihashCode>())
        {
            Assert.Equal((long)hash, table[hash.Name()].Code);
            Assert.Equal("multihash", table[hash.Name()].Tag);
        }
    }

    [Fact]
    public void Address_protocols_have_the_codes_of_the_table()
    {
        var table = Read();

        // Named differently there: the multicodec table puts "memorytransport" where the multiaddr table says "memory".
        foreach (var protocol in AddressProtocols.Table.Where(p => p.Name != "memory"))
        {
            Assert.Equal((protocol.Code, "multiaddr"), (table[protocol.Name].Code, table[protocol.Name].Tag));
        }
    }

    [Fact]
    public void A_code_without_a_name_is_written_as_a_number()
    {
        Assert.Equal("0x78", ((Multicodec)0x78).Name());
        Assert.Equal("0xb220", ((MultihashCode)0xb220).Name());
    }

    private static Dictionary<string, (string Tag, long Code)> Read() => File.ReadAllLines(Vectors.Locate("multiformats/multicodec-table.csv"))[1..]
        .Select(line => line.Split(',').Select(cell => cell.Trim()).ToArray())
        .Where(cells => cells.Length > 2)
        .ToDictionary(cells => cells[0], cells => (cells[1], long.Parse(cells[2].AsSpan(2), NumberStyles.HexNumber)));
}
