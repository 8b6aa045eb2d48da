using Causeway.Lab.Agent;
using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Nats;

/// <summary>What happens to routers of <see cref="TwoNats"/> while they run.</summary>
public static class NatRouter
{
    /// <summary>
    /// The router forgets every mapping and connection, as after a power cut, or when all have been idle for too long. What comes for them later, from either
    /// side, is dropped without a word.
    /// </summary>
    /// <exception cref="LabException">It cannot be done.</exception>
    public static async Task ForgetAsync(LabHost router) => await LoadAsync(router, router.Machine.Ruleset ?? "");

    /// <summary>The provider gives the router another public address: mappings are gone, and those behind it are not told.</summary>
    /// <param name="router">The outermost router of a site.</param>
    /// <param name="address">The new address, in the network of the old one.</param>
    /// <exception cref="LabException">It cannot be done.</exception>
    public static async Task ChangeAddressAsync(LabHost router, string address)
    {
        var (old, via) = ($"{router.Address}", router.Machine.Routes[0].Via);
        (await router.RunAsync("ip", "address", "add", $"{address}/24", "dev", "eth0")).Succeeded();
        (await router.RunAsync("ip", "address", "del", $"{old}/24", "dev", "eth0")).Succeeded();

        // The second address of a network goes with the first, and the default route with the last.
        (await router.RunAsync("ip", "address", "replace", $"{address}/24", "dev", "eth0")).Succeeded();
        (await router.RunAsync("ip", "route", "replace", "default", "via", via)).Succeeded();
        await LoadAsync(router, (router.Machine.Ruleset ?? "").Replace(old, address, StringComparison.Ordinal));
    }

    private static async Task LoadAsync(LabHost router, string ruleset)
    {
        (await router.RunAsync(new ProcessOptions { Input = "flush ruleset\n" + ruleset }, "nft", "-f", "-")).Succeeded();
        (await router.RunAsync(AgentProcess.Program, "forget")).Succeeded();
    }
}
