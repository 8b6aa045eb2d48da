using Causeway.Cryptography.Keys;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Node.Tests;

/// <summary>Nodes on this machine's loopback, disposed together; and folders, deleted after them.</summary>
internal sealed class TestNodes : IAsyncDisposable
{
    private readonly List<NodeServer> _nodes = [];
    private readonly List<PrivateKey> _keys = [];
    private readonly List<DirectoryInfo> _folders = [];

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-node-");
        _folders.Add(folder);
        return folder.FullName;
    }

    public PrivateKey NewKey()
    {
        var key = PrivateKey.Generate();
        _keys.Add(key);
        return key;
    }

    public async Task<NodeServer> StartAsync(Func<NodeOptions, NodeOptions>? configure = null, PrivateKey? key = null)
    {
        var options = new NodeOptions { Listen = [Multiaddress.Parse("/ip4/127.0.0.1/tcp/0")] };
        var node = await NodeServer.StartAsync(configure?.Invoke(options) ?? options, key ?? NewKey(), NullLoggerFactory.Instance, TimeProvider.System, Cancel).WaitAsync(Eventually.Patience);
        _nodes.Add(node);
        return node;
    }

    public static Multiaddress AddressOf(NodeServer node) => node.Host.Addresses[0].WithPeerId(node.Host.Id);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        foreach (var key in _keys) key.Dispose();
        foreach (var folder in _folders) folder.Delete(recursive: true);
    }
}
