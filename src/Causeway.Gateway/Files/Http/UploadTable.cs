using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Pages;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Files.Http;

/// <summary>The uploads of all peers. They belong to the identity, not to the connection: a page that comes back goes on with them.</summary>
internal sealed class UploadTable(GatewayFiles files) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(PeerId Peer, string Id), Upload> _uploads = [];

    /// <summary>Begins one, with its name.</summary>
    /// <exception cref="HttpRefusal">The peer has too many.</exception>
    public (string Id, Upload Upload) Begin(PeerId peer, string path, ImportOptions options)
    {
        var id = PageAccess.NewSecret();
        lock (_lock)
        {
            var own = _uploads.Where(u => u.Key.Peer.Equals(peer)).ToList();
            if (own.Count >= files.Options.MaxUploads && own.Find(static u => u.Value.IsComplete) is { Value: { } finished } known)
            {
                _uploads.Remove(known.Key);
                finished.Dispose();
            }
            else if (own.Count >= files.Options.MaxUploads)
            {
                throw new HttpRefusal(StatusCodes.Status429TooManyRequests, $"more than {files.Options.MaxUploads} uploads are under way; finish or cancel one");
            }

            var upload = new Upload(files, path, options, () => Remove(peer, id));
            _uploads[(peer, id)] = upload;
            return (id, upload);
        }
    }

    /// <summary>An upload by its name.</summary>
    public bool TryFind(PeerId peer, string id, [NotNullWhen(true)] out Upload? upload)
    {
        lock (_lock) return _uploads.TryGetValue((peer, id), out upload);
    }

    /// <summary>Ends one and forgets it.</summary>
    public void Remove(PeerId peer, string id)
    {
        Upload? upload;
        lock (_lock)
        {
            if (!_uploads.Remove((peer, id), out upload)) return;
        }

        upload.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var upload in _uploads.Values) upload.Dispose();
            _uploads.Clear();
        }
    }
}
