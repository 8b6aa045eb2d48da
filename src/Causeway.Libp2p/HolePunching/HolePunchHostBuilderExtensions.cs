using Causeway.Libp2p.Hosts;

namespace Causeway.Libp2p.HolePunching;

/// <summary>Adds hole punching to a host.</summary>
public static class HolePunchHostBuilderExtensions
{
    /// <summary>Turns relayed connections into direct ones where that is possible. Needs a relay client (<c>UseRelayClient</c>) and TCP.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Changes the default options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseHolePunching(this HostBuilder builder, Func<HolePunchOptions, HolePunchOptions>? configure = null)
    {
        var options = configure?.Invoke(new HolePunchOptions()) ?? new HolePunchOptions();
        options.Validate();
        return builder.Use((host, time, loggers) => new HolePuncher(host, options, time, loggers));
    }
}
