using System.Net.Sockets;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings;

/// <summary>A port that is to be mapped: what is asked for, what was granted, and when it is to be asked again.</summary>
internal sealed class MappedPort(ProtocolType protocol, int internalPort, TimeSpan lifetime)
{
    private readonly TaskCompletionSource<PortMapping> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;

    public GatewayRequest Request { get; private set; } = new(protocol, internalPort) { Lifetime = lifetime };

    /// <summary>Who has granted it; null while nobody has.</summary>
    public IGatewayClient? Client { get; private set; }

    /// <summary>When to ask, on the mapper's clock.</summary>
    public TimeSpan Due { get; private set; }

    public PortMapping Mapping { get; private set; } = new() { Protocol = protocol, InternalPort = internalPort };

    /// <summary>The result of the first attempt.</summary>
    public Task<PortMapping> First => _first.Task;

    /// <summary>The router has granted it.</summary>
    public void Grant(IGatewayClient client, GatewayMapping granted, TimeSpan now)
    {
        (Client, _failures) = (client, 0);
        Request = Request with { ExternalPort = granted.External.Port };
        Due = granted.Lifetime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : now + (granted.Lifetime / 2);
        var isPublic = PublicAddresses.IsPublic(granted.External.Address);
        Set(Mapping with
        {
            Via = client.Protocol,
            Lifetime = granted.Lifetime,
            ExternalEndPoint = isPublic ? granted.External : null,
            RouterEndPoint = granted.External,
            IsDoubleNat = !isPublic,
            Problem = isPublic
                ? null
                : $"The router's own address, {granted.External.Address}, is not public: another NAT lies between it and the Internet. Forward the port there too, or have the router bridged.",
        });
    }

    /// <summary>It was not granted, or is no more.</summary>
    public void Fail(string problem, TimeSpan now, PortMapperOptions options)
    {
        var pause = options.RetryInterval * Math.Pow(2, Math.Min(_failures++, 30));
        Due = now + (pause < options.MaxRetryInterval ? pause : options.MaxRetryInterval);
        Lose(problem);
    }

    /// <summary>The router that had granted it is not there any more.</summary>
    public void Lose(string problem)
    {
        Client = null;
        Set(new PortMapping { Protocol = Mapping.Protocol, InternalPort = Mapping.InternalPort, Problem = problem });
    }

    /// <summary>It is asked for at once.</summary>
    public void Hurry() => (Due, _failures) = (TimeSpan.Zero, 0);

    private void Set(PortMapping mapping)
    {
        Mapping = mapping;
        _first.TrySetResult(mapping);
    }
}
