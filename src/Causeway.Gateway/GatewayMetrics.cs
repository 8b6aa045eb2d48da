using System.Diagnostics.Metrics;

namespace Causeway.Gateway;

/// <summary>What the gateway counts, under the meter <c>Causeway.Gateway</c>.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Causeway.Gateway";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _requests;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _acknowledged;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _published;
    private int _pages;

    public GatewayMetrics()
    {
        _meter.CreateObservableUpDownCounter("causeway.gateway.pages", () => _pages, description: "Pages connected");
        _requests = _meter.CreateCounter<long>("causeway.gateway.requests", description: "Requests begun");
        _sent = _meter.CreateCounter<long>("causeway.gateway.messages.sent", description: "Direct messages that pages sent");
        _delivered = _meter.CreateCounter<long>("causeway.gateway.messages.delivered", description: "Direct messages handed to pages");
        _acknowledged = _meter.CreateCounter<long>("causeway.gateway.messages.acknowledged", description: "Acknowledgements passed to pages");
        _failed = _meter.CreateCounter<long>("causeway.gateway.messages.failed", description: "Failure reports passed to pages");
        _published = _meter.CreateCounter<long>("causeway.gateway.messages.published", description: "Messages that pages published");
    }

    public void PageOpened() => Interlocked.Increment(ref _pages);

    public void PageClosed() => Interlocked.Decrement(ref _pages);

    public void RequestBegun() => _requests.Add(1);

    public void MessageSent() => _sent.Add(1);

    public void MessageDelivered() => _delivered.Add(1);

    public void MessageAcknowledged() => _acknowledged.Add(1);

    public void MessageFailed() => _failed.Add(1);

    public void MessagePublished() => _published.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
