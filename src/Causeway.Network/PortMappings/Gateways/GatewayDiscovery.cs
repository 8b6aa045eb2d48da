namespace Causeway.Network.PortMappings.Gateways;

/// <summary>Asks a router by all protocols at once which of them it speaks.</summary>
internal static class GatewayDiscovery
{
    // Once one protocol is known to work, the others have so long; a search by UPnP in vain takes seconds.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Asks.</summary>
    /// <returns>A report for each, in their order.</returns>
    public static async Task<IReadOnlyList<GatewayReport>> RunAsync(IReadOnlyList<IGatewayClient> clients, TimeProvider time, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough.Token);
        return await Task.WhenAll(clients.Select(AskAsync));

        async Task<GatewayReport> AskAsync(IGatewayClient client)
        {
            try
            {
                var status = await client.CheckAsync([], patience.Token);
                enough.CancelAfter(Grace);
                return new GatewayReport(client.Protocol, true, status.ExternalAddress, null);
            }
            catch (GatewayException exception)
            {
                return new GatewayReport(client.Protocol, false, null, exception.Message);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new GatewayReport(client.Protocol, false, null, "no answer in time");
            }
        }
    }
}
