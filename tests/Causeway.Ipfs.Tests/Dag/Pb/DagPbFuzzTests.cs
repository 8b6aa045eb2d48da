using Causeway.Ipfs.Dag.Pb;

namespace Causeway.Ipfs.Tests.Dag.Pb;

public sealed class DagPbFuzzTests
{
    private static readonly byte[][] Samples =
    [
        Convert.FromHexString("120e0a09015500050001020304120161120e0a090155000500010203041201620a050001020304"),
        Convert.FromHexString("0a0408021800"),
        Convert.FromHexString("122b0a22122058" + new string('2', 62) + "1200188e8010"),
        Convert.FromHexString("12110a09015500050001020304120161188e80100a020801"),
    ];

    [Fact]
    public void What_is_accepted_is_written_and_read_again_the_same_and_the_rest_is_refused_without_harm()
    {
        var mutator = new Mutator(31);
        var accepted = 0;
        for (var i = 0; i < Soak.Count(40_000, 1_000_000); i++)
        {
            var input = mutator.Next(Samples).ToArray();
            if (!DagPb.TryDecode(input, out var node)) continue;
            accepted++;
            var written = DagPb.Encode(node);
            var again = DagPb.Decode(written);
            Assert.Equal(written, DagPb.Encode(again));

            // A node has one form, but for data before links and links out of order, which are the same bytes in another order.
            Assert.Equal(input.Length, written.Length);
            Assert.Equal(node.Data?.ToArray(), again.Data?.ToArray());
            Assert.Equal(node.Links.OrderBy(link => link.ToString(), StringComparer.Ordinal), again.Links.OrderBy(link => link.ToString(), StringComparer.Ordinal));
        }

        Assert.InRange(accepted, 100, int.MaxValue);
    }
}
