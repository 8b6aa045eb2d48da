using Causeway.Gateway.Messaging;

namespace Causeway.Gateway.Tests;

public sealed class OptionsTests
{
    public static TheoryData<GatewayOptions> Wrong() =>
    [
        new GatewayOptions { MaxFrameBytes = 10 },
        new GatewayOptions { OutboundQueueBytes = 10 },
        new GatewayOptions { SlowReaderTimeout = TimeSpan.Zero },
        new GatewayOptions { PeerRequestTimeout = TimeSpan.Zero },
        new GatewayOptions { FrameTimeout = TimeSpan.Zero },
        new GatewayOptions { KeepAlive = TimeSpan.Zero },
        new GatewayOptions { MaxPages = 0 },
        new GatewayOptions { MaxPendingRequests = 0 },
        new GatewayOptions { MaxEntriesPerPage = 0 },
        new GatewayOptions { MeshTimeout = TimeSpan.FromSeconds(-1) },
        new GatewayOptions { DuplicateGrace = TimeSpan.FromSeconds(-1) },
        new GatewayOptions { Messaging = new MessagingOptions { MaxQueuedMessages = 0 } },
        new GatewayOptions { Messaging = new MessagingOptions { MaxUnacknowledgedMessages = 4096 } },
        new GatewayOptions { Messaging = new MessagingOptions { MaxFrameBytes = 1 } },
        new GatewayOptions { Messaging = new MessagingOptions { MaxUnfinishedBytes = 1 } },
        new GatewayOptions { Messaging = new MessagingOptions { RetryDelays = [TimeSpan.FromSeconds(-1)] } },
        new GatewayOptions { Messaging = new MessagingOptions { MemoryTimeout = TimeSpan.FromSeconds(1) } },
    ];

    [Fact]
    public void The_defaults_are_valid() => new GatewayOptions().Validate();

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_out_of_range_is_named(GatewayOptions options)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.Contains(error.ParamName!, error.Message);
    }
}
