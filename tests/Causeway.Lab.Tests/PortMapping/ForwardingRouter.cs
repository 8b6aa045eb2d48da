using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.PortMapping;

/// <summary>A router with Debian's miniupnpd.</summary>
internal static class ForwardingRouter
{
    /// <summary>The router's address on the far side.</summary>
    public const string PublicAddress = "45.77.0.2";

    /// <summary>What the router's service adds to; apart from that nothing comes in from the far side.</summary>
    public const string Ruleset = """
        table inet filter
        delete table inet filter
        table inet filter {
            chain forward { type filter hook forward priority filter; policy drop; ct state established,related accept; iifname "eth1" accept; jump miniupnpd; }
            chain miniupnpd { }
            chain prerouting { type nat hook prerouting priority dstnat; jump prerouting_miniupnpd; }
            chain postrouting { type nat hook postrouting priority srcnat; jump postrouting_miniupnpd; oifname "eth0" masquerade; }
            chain prerouting_miniupnpd { }
            chain postrouting_miniupnpd { }
        }
        """;

    /// <summary>A machine on each side of it.</summary>
    public static readonly Topology Topology = new()
    {
        Name = "port-mapping",
        Description = "inside behind a router that forwards ports on request; outside beyond it",
        Switches = ["wan", "lan"],
        Machines =
        [
            new Machine("outside") { Ports = [new Port("eth0", "wan", "45.77.0.9/24")] },
            new Machine("router")
            {
                Forwards = true,
                Ports = [new Port("eth0", "wan", PublicAddress + "/24"), new Port("eth1", "lan", "192.168.1.1/24")],
                Ruleset = Ruleset,
            },
            new Machine("inside") { Ports = [new Port("eth0", "lan", "192.168.1.2/24")], Routes = [new Route("default", "192.168.1.1")] },
        ],
    };

    /// <summary>Starts the service: UPnP alone, or PCP and NAT-PMP.</summary>
    public static async Task<LabProcess> StartServiceAsync(LabHost router, string protocol)
    {
        var isUpnp = protocol == "Upnp";
        await File.WriteAllTextAsync(router.Outside("/run/home/miniupnpd.conf"), $"""
            ext_ifname=eth0
            listening_ip=eth1
            enable_natpmp={(isUpnp ? "no" : "yes")}
            enable_upnp={(isUpnp ? "yes" : "no")}
            secure_mode=yes
            min_lifetime=5
            max_lifetime=12
            uuid=00000000-0000-0000-0000-000000000001
            allow 1-65535 192.168.1.0/24 1-65535

            """);
        var service = await router.StartAsync("miniupnpd", "-d", "-f", "/run/home/miniupnpd.conf", "-P", "/run/home/miniupnpd.pid");
        await service.WaitForLineAsync(isUpnp ? "HTTP listening on port" : "Listening for NAT-PMP/PCP traffic", TestLab.Patience);
        return service;
    }
}
