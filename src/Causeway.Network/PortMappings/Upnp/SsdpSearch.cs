using System.Net;
using System.Net.Sockets;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>Searches the local network for Internet gateways, and asks the router itself too, which needs no multicast.</summary>
internal static class SsdpSearch
{
    private const int MaxAnswers = 32;

    // The answers may take two seconds (MX); a search that was lost is repeated once meanwhile.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1200);

    /// <summary>Searches.</summary>
    /// <returns>The places where gateways describe themselves, the router's own first, as they come in; at most 32 answers are read.</returns>
    /// <exception cref="GatewayException">The network refuses.</exception>
    public static async Task<IReadOnlyList<Uri>> RunAsync(Gateway gateway, TimeProvider time, CancellationToken cancellationToken)
    {
        List<Uri> found = [];
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 2);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, gateway.LocalAddress.GetAddressBytes());
            socket.Bind(new IPEndPoint(gateway.LocalAddress, 0));
            for (var i = 0; i < 2 && found.Count == 0; i++)
            {
                foreach (var to in new[] { SsdpMessages.Group, new IPEndPoint(gateway.Address, SsdpMessages.Group.Port) })
                {
                    foreach (var target in SsdpMessages.Targets) await socket.SendToAsync(SsdpMessages.WriteSearch(target), to, cancellationToken);
                }

                await CollectAsync(socket, gateway, found, time, cancellationToken);
            }
        }
        catch (SocketException exception)
        {
            throw new GatewayException($"the local network cannot be searched ({exception.SocketErrorCode})", exception);
        }

        return [.. found.OrderBy(uri => uri.Host == gateway.Address.ToString() ? 0 : 1)];
    }

    /// <summary>Takes answers until the pause is over, or the router's own has come.</summary>
    private static async Task CollectAsync(Socket socket, Gateway gateway, List<Uri> found, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Pause, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var buffer = new byte[SsdpMessages.MaxLength + 1];
        try
        {
            for (var answers = 0; answers < MaxAnswers; answers++)
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience.Token);
                var from = ((IPEndPoint)received.RemoteEndPoint).Address;
                if (SsdpMessages.ReadLocation(buffer.AsSpan(0, received.ReceivedBytes), from, gateway.Network) is not { } location || found.Contains(location)) continue;
                found.Add(location);
                if (from.Equals(gateway.Address)) return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pause is over.
        }
    }
}
