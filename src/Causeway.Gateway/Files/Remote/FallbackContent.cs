using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>
/// Contents of files that come from one peer as a whole. Cut in the same way the same bytes have the same CID, which verifies all of their blocks at once; how the
/// peer cuts is found by trying, and what it sends may be tried in vain only so often.
/// </summary>
/// <param name="store">Gets the blocks.</param>
/// <param name="maxLength">The longest content, in bytes. As much as cutting one of them in each way takes may be tried in vain.</param>
internal sealed class FallbackContent(IBlockStore store, int maxLength)
{
    // How gateways cut files, and what others of their age may have done.
    private static readonly ImportProfile[] Profiles = [ImportProfile.Gateway, ImportProfile.V1Raw256KiB, ImportProfile.KuboLegacyV0, ImportProfile.HeliaDefault];

    private long _wasted;
    private int _last;

    /// <summary>Bytes that were cut in vain.</summary>
    public long Wasted => Interlocked.Read(ref _wasted);

    /// <summary>Keeps a file's blocks, if it has the CID when it is cut in one of the known ways; otherwise nothing.</summary>
    public async Task TakeAsync(Cid cid, byte[] content, CancellationToken cancellationToken)
    {
        // Whoever cut one file so cuts the next one so.
        var last = Volatile.Read(ref _last);
        for (var i = 0; i < Profiles.Length; i++)
        {
            var next = (last + i) % Profiles.Length;
            if (Interlocked.Add(ref _wasted, content.Length) > (long)Profiles.Length * maxLength)
            {
                Interlocked.Add(ref _wasted, -content.Length);
                return;
            }

            await using var scratch = new MemoryBlockStore();
            var file = await new UnixFsImporter(scratch, Profiles[next]).ImportAsync(new MemoryStream(content, writable: false), null, cancellationToken);
            if (!file.Cid.Hash.Equals(cid.Hash)) continue;
            Interlocked.Add(ref _wasted, -content.Length);
            Volatile.Write(ref _last, next);
            await new BlockCopy(scratch, store).RunAsync(file.Cid, cancellationToken);
            return;
        }
    }
}
