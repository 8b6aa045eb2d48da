using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.Http;
using Causeway.Ipfs.Tests.Dag;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Http;

public sealed class TrustlessFuzzTests
{
    private static readonly string[] Queries =
        ["", "&dag-scope=entity", "&dag-scope=block", "&entity-bytes=0:*", "&entity-bytes=100:2000", "&entity-bytes=-5:-2", "&dag-scope=entity&car-dups=y", "&entity-bytes=1:3000&car-dups=y"];

    [Fact]
    public async Task Files_and_folders_of_any_bytes_are_given_as_archives_or_refused_without_harm()
    {
        var dag = new TestDag();
        var profile = ImportProfile.HeliaDefault with { Chunker = Chunker.Fixed(512), MaxLinks = 3, Leaves = LeafKind.UnixFsFile };
        var file = (await new UnixFsImporter(dag.Store, profile).ImportAsync(new MemoryStream(new byte[4000]))).Cid;
        var folders = new UnixFsDirectory(dag.Store, DirectoryProfile.HeliaDefault with { IsAlwaysSharded = true });
        var folder = (await folders.CreateAsync(Enumerable.Range(0, 20).Select(i => new UnixFsLink($"{i}", file, 1)))).Cid;
        var cids = await TestDag.WalkAsync(dag.Store, null, file, folder);
        var samples = await Task.WhenAll(cids.Select(async cid => (await dag.Store.GetAsync(cid)).ToArray()));
        var mutator = new Mutator(45);
        var whole = 0;
        for (var i = 0; i < Soak.Count(4_000, 1_000_000); i++)
        {
            // A changed root over blocks that are there.
            var root = dag.Put(Block.Create(Multicodec.DagPb, mutator.Next(samples).ToArray()));
            var query = Queries[i % Queries.Length];
            var parameters = $"format=car{query}".Split('&').Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => part[1]);
            var request = TrustlessRequestParser.Parse($"/ipfs/{root}{(i % 3 == 0 ? "/3" : "")}", parameters.GetValueOrDefault, null);
            try
            {
                await using var response = await new TrustlessGateway(dag.Store).AnswerAsync(request);
                using var body = new MemoryStream();
                await response.WriteAsync(body);
                body.Position = 0;
                await using var reader = await CarReader.OpenAsync(body);
                Assert.NotEqual(0, await reader.ReadAllAsync().CountAsync());
                whole++;
            }
            catch (TrustlessRefusal refusal)
            {
                Assert.Equal(404, refusal.Status);
            }
            catch (IpfsException)
            {
                // Broken off.
            }
            finally
            {
                if (!cids.Contains(root)) await dag.Store.DeleteAsync([root]);
            }
        }

        Assert.InRange(whole, 100, int.MaxValue);
    }
}
