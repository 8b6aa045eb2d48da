using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Files.Remote;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Files;

/// <summary>Files that come as a whole, and how often they are cut to find out whether they are what was asked for.</summary>
public sealed class FallbackContentTests
{
    private const int Length = 600_000;
    private const int MaxLength = 3_000_000;

    [Fact]
    public async Task How_a_peer_cuts_files_is_found_once()
    {
        await using var store = new MemoryBlockStore();
        var content = new FallbackContent(store, MaxLength);
        for (byte i = 0; i < 3; i++)
        {
            var (cid, bytes) = await ImportAsync(i, ImportProfile.HeliaDefault);
            await content.TakeAsync(cid, bytes, CancellationToken.None);
            Assert.True(await store.HasAsync(cid));
            Assert.Equal(3 * Length, content.Wasted);
        }

        // Another way is found, too.
        var (other, otherBytes) = await ImportAsync(9, ImportProfile.Gateway);
        await content.TakeAsync(other, otherBytes, CancellationToken.None);
        Assert.True(await store.HasAsync(other));
    }

    [Fact]
    public async Task What_is_never_what_was_asked_for_is_cut_in_vain_only_so_often()
    {
        await using var store = new MemoryBlockStore();
        var content = new FallbackContent(store, MaxLength);
        var (cid, _) = await ImportAsync(1, ImportProfile.Gateway);
        var wrong = new byte[MaxLength * 2 / 3];
        for (var i = 0; i < 10; i++) await content.TakeAsync(cid, wrong, CancellationToken.None);
        Assert.Equal(6L * wrong.Length, content.Wasted);
        Assert.False(await store.HasAsync(cid));
    }

    [Fact]
    public void A_list_is_no_shorter_than_room_is_asked_for()
    {
        const string Cid = "bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya";
        foreach (var name in new[] { "a", "ünïcode/<file>", new string('x', 1000) })
        {
            var list = new FileList(Cid, new Dictionary<string, FileEntry> { [name] = new(FileEntry.File, Cid, "text/plain"), [name + "/"] = new(FileEntry.Directory, Cid, null) });
            var length = FileMessages.Answer(list).Length;
            Assert.InRange(FileMessages.MinLengthOf(list), length / 2, length);
        }
    }

    private static async Task<(Cid Cid, byte[] Content)> ImportAsync(byte seed, ImportProfile profile)
    {
        var content = new byte[Length];
        new Random(seed).NextBytes(content);
        await using var scratch = new MemoryBlockStore();
        return ((await new UnixFsImporter(scratch, profile).ImportAsync(new MemoryStream(content), null, CancellationToken.None)).Cid, content);
    }
}
