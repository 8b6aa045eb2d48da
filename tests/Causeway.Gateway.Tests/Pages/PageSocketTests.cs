using System.Net.WebSockets;
using Causeway.Gateway.Pages;

namespace Causeway.Gateway.Tests.Pages;

public sealed class PageSocketTests
{
    [Fact]
    public void A_page_that_has_just_ended_can_be_cut_off_by_a_gateway_that_stops()
    {
        using var socket = WebSocket.CreateFromStream(new MemoryStream(), new WebSocketCreationOptions { IsServer = true });
        var page = new PageSocket(socket, new GatewayOptions(), new ManualTimeProvider());
        page.Dispose();
        page.Close(WebSocketCloseStatus.EndpointUnavailable, "the gateway is stopping");
        page.Abort();
        Assert.NotNull(page.CloseReason);
    }
}
