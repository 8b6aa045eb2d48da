using Causeway.Cli.Output;
using Causeway.Hosting.Logging;

namespace Causeway.Cli.Netcheck;

/// <summary>What <c>causeway netcheck</c> shows to people.</summary>
internal static class NetcheckText
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, NetcheckReport report)
    {
        var table = new TextTable();
        Add(table, "IPv4", report.Ipv4);
        Add(table, "IPv6", report.Ipv6);
        if (report.Router is { } router) Add(table, router);
        if (report.Reach is { } reach) Add(table, reach);
        table.WriteTo(writer);
        if (report is { Ipv4.Udp: null, Ipv6.Udp: null }) writer.WriteLine("UDP was not tried; name a STUN server with --stun");
        if (report.Nodes.Count == 0)
        {
            writer.WriteLine("no node was tried; name one with --node");
            return;
        }

        writer.WriteLine();
        var nodes = new TextTable("NODE", "CONNECTED", "RTT", "RELAYS", "SEES US AS");
        foreach (var node in report.Nodes)
        {
            nodes.Add(
                node.Address,
                node.ConnectMilliseconds is { } connect ? $"in {UnitText.Milliseconds(connect)}" : "no",
                node.RoundTripMilliseconds is { } trip ? UnitText.Milliseconds(trip) : "-",
                node.Relays ? "yes" : "no",
                node.Observed ?? "-");
        }

        nodes.WriteTo(writer);
        foreach (var node in report.Nodes.Where(static n => n.Problem is not null)) writer.WriteLine($"{node.Address}: {LogText.Printable(node.Problem!)}");
    }

    private static void Add(TextTable table, RouterReport router)
    {
        var spoken = router.Protocols.Where(static p => p.Speaks).Select(static p => p.Name).ToList();
        if (spoken.Count > 0) table.Add("Router", $"forwards ports when asked by {string.Join(", ", spoken)}{(router.ExternalAddress is { } address ? $"; its address is {address}" : "")}");
        else if (router.Protocols.Count > 0) table.Add("Router", $"speaks none of {string.Join(", ", router.Protocols.Select(static p => p.Name))}");
        if (router.Forwarded is { } forwarded) table.Add("", $"{forwarded} led here during the check, by {router.Via}; the mapping is removed again");
        if (router.Problem is { } problem) table.Add(spoken.Count == 0 && router.Protocols.Count == 0 ? "Router" : "", LogText.Printable(problem));
    }

    private static void Add(TextTable table, ReachReport reach)
    {
        table.Add("Dialed", reach.Reachability switch
        {
            "public" => reach.Reachable.Count > 0 ? $"by others at {string.Join(", ", reach.Reachable)}" : "by others: yes",
            "private" => "not by others; they need a relay",
            _ => "unknown: no node that answered could say",
        });
        if (reach.Unreachable.Count > 0) table.Add("", $"not at {string.Join(", ", reach.Unreachable)}");
    }

    private static void Add(TextTable table, string name, FamilyReport family)
    {
        table.Add(name, family.Addresses.Count == 0 ? "no address" : string.Join(", ", family.Addresses));
        if (family.Udp is not { } udp) return;
        if (!udp.Works)
        {
            table.Add($"{name} UDP", "blocked, or no STUN server answers");
            return;
        }

        table.Add($"{name} UDP", $"works, {UnitText.Milliseconds(udp.RoundTripMilliseconds ?? 0)}, seen as {udp.PublicEndPoint}");
        table.Add($"{name} NAT", udp.Mapping == "none" ? "none" : $"mapping {udp.Mapping}, filtering {udp.Filtering}, hairpinning {udp.HairPinning switch { true => "yes", false => "no", _ => "unknown" }}");
    }
}
