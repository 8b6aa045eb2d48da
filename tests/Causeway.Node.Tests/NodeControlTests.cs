using System.Threading.Channels;
using Causeway.Hosting.Control;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Causeway.Node.Control;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Node.Tests;

/// <summary>What commands ask, inside the process and over the control socket: both must answer alike.</summary>
public sealed class NodeControlTests
{
    private const string Content = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_are_made_shown_measured_and_closed(bool overSocket)
    {
        await using var nodes = new TestNodes();
        var (node, other) = (await nodes.StartAsync(), await nodes.StartAsync());
        await using var asked = await Asked.OfAsync(nodes, node, overSocket);
        var target = TestNodes.AddressOf(other).ToString();
        var connection = await asked.Control.ConnectAsync(target, TestNodes.Cancel);
        Assert.Equal((other.Host.Id.ToString(), "outbound", false, false), (connection.PeerId, connection.Direction, connection.Relayed, connection.Limited));

        // Whoever dials back for AutoNAT is connected for a moment, too.
        Assert.Contains(await asked.Control.GetConnectionsAsync(TestNodes.Cancel), c => c.PeerId == other.Host.Id.ToString());
        Assert.Contains(await asked.Control.GetPeersAsync(TestNodes.Cancel), p => p.PeerId == other.Host.Id.ToString() && p.Addresses.Contains(other.Host.Addresses[0].ToString()));
        var pings = await asked.Control.PingAsync(target, 2, TestNodes.Cancel).ToListAsync(TestNodes.Cancel);
        Assert.Equal([1, 2], pings.Select(p => p.Sequence));
        Assert.All(pings, p => Assert.True(p.RoundTripMilliseconds > 0, p.Problem));
        Assert.True((await asked.Control.GetStatusAsync(TestNodes.Cancel)).Connections >= 1);
        Assert.Equal(1, await asked.Control.DisconnectAsync(other.Host.Id.ToString(), TestNodes.Cancel));
        await Eventually.HoldsAsync(() => !node.Host.Connections.IsConnected(other.Host.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_dht_is_searched_and_announced_in(bool overSocket)
    {
        await using var nodes = new TestNodes();
        var first = await nodes.StartAsync();
        var node = await nodes.StartAsync(o => o with { Bootstrap = [TestNodes.AddressOf(first)] });
        var third = await nodes.StartAsync(o => o with { Bootstrap = [TestNodes.AddressOf(first)] });
        await Eventually.HoldsAsync(() => node.Report().RoutingTable > 0 && third.Report().RoutingTable > 0 && first.Report().RoutingTable == 2);
        await using var asked = await Asked.OfAsync(nodes, node, overSocket);
        Assert.Contains(third.Host.Addresses[0].ToString(), (await asked.Control.FindPeerAsync(third.Host.Id.ToString(), TestNodes.Cancel)).Addresses);
        await third.Control.ProvideAsync(Content, TestNodes.Cancel);
        Assert.Contains(await asked.Control.FindProvidersAsync(Content, 5, TestNodes.Cancel).ToListAsync(TestNodes.Cancel), p => p.PeerId == third.Host.Id.ToString());
        var key = new ValueReport($"/pk/{third.Host.Id}", third.Host.Identity.PublicKey.ToProtobuf());
        await asked.Control.PutValueAsync(key, TestNodes.Cancel);
        Assert.Equal(key.Value, (await third.Control.GetValueAsync(key.Key, TestNodes.Cancel)).Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_blocks_of_an_archive_are_stored_and_kept(bool overSocket)
    {
        await using var nodes = new TestNodes();
        var folder = nodes.NewFolder();
        var node = await nodes.StartAsync(o => o with { Folder = folder });
        await using var asked = await Asked.OfAsync(nodes, node, overSocket);
        await using var store = new MemoryBlockStore();
        var root = (await new UnixFsImporter(store, ImportProfile.V1Raw256KiB).ImportAsync(new MemoryStream(new byte[700_000]), cancellationToken: TestNodes.Cancel)).Cid;
        var path = Path.Combine(folder, "zeros.car");
        await using (var file = File.Create(path)) await CarExport.RunAsync(file, store, [root], cancellationToken: TestNodes.Cancel);
        foreach (var isPinned in new[] { false, true })
        {
            var last = await asked.Control.ImportCarAsync(path, isPinned, TestNodes.Cancel).LastAsync(TestNodes.Cancel);
            Assert.Equal((isPinned, store.Count, null), (last.Pinned, last.Blocks, last.Problem));
            Assert.Equal([root.ToString()], last.Roots!);
            Assert.Equal(isPinned ? 1 : 0, await node.Pins!.ListAsync(cancellationToken: TestNodes.Cancel).CountAsync(TestNodes.Cancel));
        }

        // What was read before is there; nobody keeps it.
        var bytes = await File.ReadAllBytesAsync(path, TestNodes.Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestNodes.Cancel);
        Assert.Contains("hash", (await asked.Control.ImportCarAsync(path, true, TestNodes.Cancel).LastAsync(TestNodes.Cancel)).Problem, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<NodeException>(async () => await asked.Control.ImportCarAsync("zeros.car", true, TestNodes.Cancel).CountAsync(TestNodes.Cancel));
        Assert.Equal(NodeError.BadRequest, error.Error);
        error = await Assert.ThrowsAsync<NodeException>(async () => await asked.Control.ImportCarAsync(Path.Combine(folder, "not.car"), true, TestNodes.Cancel).CountAsync(TestNodes.Cancel));
        Assert.Equal(NodeError.BadRequest, error.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_cannot_be_done_is_said(bool overSocket)
    {
        await using var nodes = new TestNodes();
        var first = await nodes.StartAsync();
        var node = await nodes.StartAsync(o => o with { Bootstrap = [TestNodes.AddressOf(first)] });
        await Eventually.HoldsAsync(() => node.Report().RoutingTable > 0 && first.Report().RoutingTable > 0);
        await using var asked = await Asked.OfAsync(nodes, node, overSocket);
        var stranger = PeerId.FromPublicKey(nodes.NewKey().PublicKey).ToString();
        await FailsAsync(NodeError.BadRequest, () => asked.Control.ConnectAsync("nonsense", TestNodes.Cancel));
        await FailsAsync(NodeError.BadRequest, () => asked.Control.ConnectAsync("/ip4/1.2.3.4/nonsense", TestNodes.Cancel));
        await FailsAsync(NodeError.BadRequest, () => asked.Control.DisconnectAsync("/ip4/1.2.3.4/tcp/1", TestNodes.Cancel));
        await FailsAsync(NodeError.BadRequest, () => asked.Control.ProvideAsync("nonsense", TestNodes.Cancel));
        await FailsAsync(NodeError.BadRequest, () => asked.Control.GetValueAsync("nonsense", TestNodes.Cancel));
        await FailsAsync(NodeError.BadRequest, () => asked.Control.PutValueAsync(new ValueReport($"/pk/{stranger}", [1, 2, 3]), TestNodes.Cancel));
        await FailsAsync(NodeError.NotFound, () => asked.Control.DisconnectAsync(stranger, TestNodes.Cancel));
        await FailsAsync(NodeError.NotFound, () => asked.Control.FindPeerAsync(stranger, TestNodes.Cancel));
        await FailsAsync(NodeError.NotFound, () => asked.Control.GetValueAsync($"/ipns/{stranger}", TestNodes.Cancel));
        await FailsAsync(NodeError.Failed, () => asked.Control.ConnectAsync($"/ip4/127.0.0.1/tcp/1/p2p/{stranger}", TestNodes.Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_that_hangs_is_given_up_after_minutes_and_at_a_signal_at_once(bool isStreaming)
    {
        await using var nodes = new TestNodes();
        var path = Path.Combine(nodes.NewFolder(), "node.sock");
        var asked = Channel.CreateUnbounded<bool>();
        await using var server = await ControlSocketServer.StartAsync(
            path,
            async (context, cancel) =>
            {
                context.Response.Headers[ControlMessages.GenerationHeader] = NodeProtocol.Generation;
                if (isStreaming) await context.Response.StartAsync(cancel);
                asked.Writer.TryWrite(true);
                await Task.Delay(Timeout.Infinite, cancel);
            },
            static _ => null,
            NodeProtocol.MaxRequest,
            NullLoggerFactory.Instance,
            TestNodes.Cancel);
        var time = new ManualTimeProvider();
        using var client = new NodeControlClient(path, time);
        Task Ask(CancellationToken cancel) => isStreaming ? client.PingAsync("x", 1, cancel).ToListAsync(cancel).AsTask() : client.GetStatusAsync(cancel);

        var hanging = Ask(TestNodes.Cancel);
        await asked.Reader.ReadAsync(TestNodes.Cancel);
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(hanging.IsCompleted);
        await FailsAsync(NodeError.NoAnswer, async () =>
        {
            // A stream's patience begins anew with each part.
            await Eventually.HoldsAsync(() =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return hanging.IsCompleted;
            });
            await hanging;
        });

        using var signal = new CancellationTokenSource();
        var stopped = Ask(signal.Token);
        await asked.Reader.ReadAsync(TestNodes.Cancel);
        await signal.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.WaitAsync(Eventually.Patience));
    }

    [Fact]
    public async Task Where_no_node_runs_that_is_said()
    {
        await using var nodes = new TestNodes();
        using var client = new NodeControlClient(Path.Combine(nodes.NewFolder(), "node.sock"));
        await FailsAsync(NodeError.NotRunning, () => client.GetStatusAsync(TestNodes.Cancel));
        Assert.Equal(NodeError.BadRequest, Assert.Throws<NodeException>(() => new NodeControlClient("/" + new string('x', 200))).Error);
    }

    private static async Task FailsAsync(NodeError error, Func<Task> ask)
    {
        var failure = await Assert.ThrowsAsync<NodeException>(ask);
        Assert.True(failure.Error == error, $"{failure.Error}: {failure.Message}");
    }

    /// <summary>A node's control, or a client of its socket.</summary>
    private sealed class Asked(INodeControl control, NodeControlServer? server) : IAsyncDisposable
    {
        public INodeControl Control => control;

        public static async Task<Asked> OfAsync(TestNodes nodes, NodeServer node, bool overSocket)
        {
            if (!overSocket) return new Asked(node.Control, null);
            var path = Path.Combine(nodes.NewFolder(), "node.sock");
            var server = await NodeControlServer.StartAsync(path, node.Control, NullLoggerFactory.Instance, TestNodes.Cancel);
            return new Asked(new NodeControlClient(path), server);
        }

        public async ValueTask DisposeAsync()
        {
            (control as IDisposable)?.Dispose();
            if (server is not null) await server.DisposeAsync();
        }
    }
}
