using System.Threading.Channels;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports.Memory;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Hosts on a network of their own, disposed together.</summary>
internal sealed class TestHosts(bool tcp = false) : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    public MemoryNetwork Network { get; } = new();

    public async Task<IHost> StartAsync(Action<HostBuilder>? configure = null, bool listen = true)
    {
        var builder = new HostBuilder();
        configure?.Invoke(builder);
        if (tcp) builder.UseTcp();
        else builder.UseMemory(Network);
        if (listen) builder.Listen(tcp ? "/ip4/127.0.0.1/tcp/0" : "/memory/0");
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(Some.Patience);
        return host;
    }

    public static async Task<IConnection> ConnectAsync(IHost from, IHost to) =>
        await from.ConnectAsync(to.Addresses[0].WithPeerId(to.Id), Some.Patience);

    public async ValueTask DisposeAsync() => await Task.WhenAll(_hosts.Select(static host => host.DisposeAsync().AsTask()));
}

/// <summary>A host's events, to be awaited.</summary>
internal sealed class EventLog : IDisposable
{
    private readonly Channel<HostEvent> _events = Channel.CreateUnbounded<HostEvent>();
    private readonly IHost _host;

    public EventLog(IHost host)
    {
        _host = host;
        host.Changed += Add;
    }

    /// <summary>The next event of a kind; others before it are skipped.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? matches = null)
        where T : HostEvent
    {
        while (true)
        {
            if (await _events.Reader.ReadAsync(Some.Patience) is T wanted && (matches is null || matches(wanted))) return wanted;
        }
    }

    public void Dispose() => _host.Changed -= Add;

    private void Add(HostEvent change) => _events.Writer.TryWrite(change);
}
