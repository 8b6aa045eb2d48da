using System.Text.Json;
using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Lab.Peer;

/// <summary>What a test says to a host and hears from it: commands on the input, one JSON object per line on the output.</summary>
internal sealed class Session : IDisposable
{
    private const string EchoProtocol = "/lab/echo/1.0.0";

    private readonly IHost _host;
    private readonly Lock _lock = new();
    private readonly IDisposable _echo;

    public Session(IHost host)
    {
        _host = host;
        _host.Changed += OnChanged;
        _echo = host.Handle(EchoProtocol, EchoAsync, new ProtocolOptions { AllowLimited = true });
    }

    /// <summary>Does what each line says: <c>connect ADDRESS</c>, <c>say PEER TEXT</c>, <c>hold PEER</c>.</summary>
    public async Task RunAsync(TextReader input)
    {
        Say(new { @event = "started", peer = $"{_host.Id}", addresses = Addresses() });
        while (await input.ReadLineAsync() is { } line)
        {
            try
            {
                switch (line.Split(' '))
                {
                    case ["connect", var address]:
                        await _host.ConnectAsync(Multiaddress.Parse(address));
                        break;
                    case ["say", var peer, var text]:
                        Say(new { @event = "echo", text = await SayAsync(PeerId.Parse(peer), text) });
                        break;
                    case ["hold", var peer]:
                        await HoldAsync(PeerId.Parse(peer));
                        break;
                    case ["addresses"]:
                        Say(new { @event = "addresses", addresses = Addresses() });
                        break;
                    default:
                        Say(new { @event = "error", message = $"'{line}' is not understood" });
                        break;
                }
            }
            catch (Exception e) when (e is Libp2pException or IOException)
            {
                Say(new { @event = "error", message = e.Message });
            }
        }
    }

    public void Dispose()
    {
        _host.Changed -= OnChanged;
        _echo.Dispose();
    }

    private static async Task EchoAsync(Libp2pStream stream, CancellationToken cancellation)
    {
        await stream.CopyToAsync(stream, cancellation);
        stream.CompleteWrites();
    }

    private async Task<string> SayAsync(PeerId peer, string text)
    {
        await using var stream = await _host.OpenStreamAsync(peer, [EchoProtocol], new ConnectOptions { AllowLimited = true });
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
        stream.CompleteWrites();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    // A stream that stays open; when it ends, it is said how.
    private async Task HoldAsync(PeerId peer)
    {
        var stream = await _host.OpenStreamAsync(peer, [EchoProtocol], new ConnectOptions { AllowLimited = true });
        var buffer = new byte[1];
        await stream.WriteAsync(buffer);
        await stream.ReadExactlyAsync(buffer);
        Say(new { @event = "held", direct = !stream.Connection.IsRelayed });
        _ = WaitAsync();

        async Task WaitAsync()
        {
            try
            {
                await using (stream) await stream.ReadExactlyAsync(buffer);
            }
            catch (Exception e) when (e is Libp2pException or IOException)
            {
                Say(new { @event = "released", message = e.Message });
            }
        }
    }

    private string[] Addresses() => [.. _host.Addresses.Select(a => $"{a}/p2p/{_host.Id}")];

    private void OnChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.ConnectionOpened { Connection: var c }:
                Say(new { @event = "opened", peer = $"{c.RemotePeer}", direct = !c.IsRelayed, address = $"{c.RemoteAddress}", role = $"{c.Role}" });
                break;
            case HostEvent.ConnectionClosed { Connection: var c }:
                Say(new { @event = "closed", peer = $"{c.RemotePeer}", direct = !c.IsRelayed, address = $"{c.RemoteAddress}" });
                break;
            case HostEvent.AddressesChanged:
                Say(new { @event = "addresses", addresses = Addresses() });
                break;
        }
    }

    private void Say<T>(T what)
    {
        var line = JsonSerializer.Serialize(what);
        lock (_lock) Console.WriteLine(line);
    }
}
