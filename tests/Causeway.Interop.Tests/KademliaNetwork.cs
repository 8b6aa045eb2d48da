using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>A DHT of as many nodes of ours as of js-libp2p (those in one process). At first everybody knows one node of each kind.</summary>
internal sealed class KademliaNetwork : IAsyncDisposable
{
    public const int Each = 6;

    private readonly List<IHost> _hosts = [];
    private JsPeer? _js;

    /// <summary>Ours.</summary>
    public List<KademliaDht> Ours { get; } = [];

    public IReadOnlyList<IHost> Hosts => _hosts;

    /// <summary>Theirs: IDs and addresses.</summary>
    public (string Id, string Address)[] Js { get; private set; } = [];

    public static async Task<KademliaNetwork> StartAsync(string prefix)
    {
        var network = new KademliaNetwork();
        try
        {
            await network.ConnectAsync(prefix);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has one of the js nodes do something.</summary>
    public Task<JsonObject> AskAsync(int node, string command, object parameters)
    {
        var all = System.Text.Json.JsonSerializer.SerializeToNode(parameters)!.AsObject();
        all["node"] = node;
        return _js!.AskAsync(command, all);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        if (_js is not null) await _js.DisposeAsync();
    }

    private async Task ConnectAsync(string prefix)
    {
        _js = await JsPeer.StartAsync(options: new { count = Each, protocol = prefix + "/kad/1.0.0" }, program: "kad.mjs");
        var ready = await _js.WaitForAsync("ready", static _ => true);
        Js = [.. ready["nodes"]!.AsArray().Select(static node => ((string)node!["peer"]!, (string)node["address"]!))];
        for (var i = 0; i < Each; i++) await StartOursAsync(prefix);
        var hub = _hosts[0].Addresses[0].WithPeerId(_hosts[0].Id);
        for (var i = 0; i < Each; i++)
        {
            await AskAsync(i, "dial", new { address = hub.ToString() });
            if (i > 0)
            {
                await AskAsync(i, "dial", new { address = Js[0].Address });
                await _hosts[i].ConnectAsync(hub);
                await _hosts[i].ConnectAsync(Multiaddress.Parse(Js[0].Address));
            }
        }

        // Known to each other are then those who have looked; nobody announces when js-libp2p has.
        using var patience = new CancellationTokenSource(JsPeer.Patience);
        while (!await IsKnitAsync())
        {
            foreach (var dht in Ours) await dht.RefreshAsync(patience.Token);
            await Task.Delay(100, patience.Token);
        }
    }

    private async Task<bool> IsKnitAsync()
    {
        if (Ours.Exists(static dht => dht.PeerCount < (2 * Each) - 1)) return false;
        for (var i = 0; i < Each; i++)
        {
            if ((int)(await AskAsync(i, "table", new { }))["size"]! < Each) return false;
        }

        return true;
    }

    private async Task StartOursAsync(string prefix)
    {
        var host = new HostBuilder()
            .Listen("/ip4/127.0.0.1/tcp/0")
            .UseKademlia(
                options => options with
                {
                    ProtocolPrefix = prefix,
                    Mode = KademliaMode.Server,
                    PublicAddressesOnly = false,
                    Validators = ImmutableDictionary<string, IRecordValidator>.Empty.Add("test", new AnyValue()),
                },
                Ours.Add)
            .Build();
        _hosts.Add(host);
        await host.StartAsync();
    }

    private sealed class AnyValue : IRecordValidator
    {
        public bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset now) => true;

        public bool IsBetter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current) => false;
    }
}
