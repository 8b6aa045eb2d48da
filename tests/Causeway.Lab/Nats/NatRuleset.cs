using System.Text;

namespace Causeway.Lab.Nats;

/// <summary>
/// Writes a NAT for nftables, with <c>eth0</c> on the side of the public network and <c>eth1</c> on the machines' side.
/// <para>
/// Connection tracking alone filters by address and port. The more open filters are made of what the router has learnt from packets on their way out:
/// who owns an external port, and whom it has been used towards. Unsolicited packets are dropped before the kernel confirms their entry: an entry from
/// a remote endpoint to the router itself would occupy the external port towards that endpoint, and the machine's own packet to it, which is to
/// punch the hole, would then get another port or none.
/// </para>
/// </summary>
internal static class NatRuleset
{
    // Not the internal port, and yet another one for each of them: nobody can rely on preserved ports, and no two mappings clash.
    private const string Scrambled = "0x1b6d";

    private const string RandomPorts = "20000-60000";

    // RFC 4787 REQ-5 recommends 5 minutes for UDP; the kernel's own timeouts for what it tracks are at most that for UDP.
    private const string Lifetime = "flags dynamic, timeout; timeout 5m; size 65535";

    /// <summary>The ruleset of a router.</summary>
    /// <param name="layer">What it does.</param>
    /// <param name="external">Its address on <c>eth0</c>.</param>
    /// <param name="inside">The network on <c>eth1</c>, such as <c>192.168.1.0/24</c>.</param>
    public static string Write(NatLayer layer, string external, string inside)
    {
        var script = new StringBuilder("table ip lab {\n");
        var protocols = new List<Protocol> { new("tcp", layer.Tcp) };
        if (layer.Udp is { } udp) protocols.Add(new("udp", udp));
        foreach (var protocol in protocols) WriteMemory(script, protocol);
        WriteChain(script, "inbound", "type nat hook prerouting priority dstnat", protocols.SelectMany(p => Inbound(p, layer, external)));
        WriteChain(
            script, "outbound", "type nat hook postrouting priority srcnat",
            [$"oifname \"eth1\" ip saddr != {inside} accept", .. protocols.SelectMany(p => Outbound(p, layer, external)), $"snat to {external}"]);
        WriteChain(
            script, "learn", "type filter hook postrouting priority srcnat + 10",
            ["ct direction reply accept", $"oifname \"eth1\" ip saddr != {external} accept", .. protocols.SelectMany(Learnt)]);
        WriteChain(
            script, "own", "type filter hook input priority filter",
            [$"ip daddr {external} meta l4proto {{ tcp, udp }} ct state new,invalid drop"]);
        WriteChain(script, "passing", "type filter hook forward priority filter; policy drop", Passing(layer, inside));
        return script.Append("}\n").ToString();
    }

    private static void WriteMemory(StringBuilder script, Protocol protocol)
    {
        script.Append($"map {protocol.Name}_owners {{ type inet_service : ipv4_addr . inet_service; {Lifetime}; }}\n");
        script.Append($"set {protocol.Name}_peers {{ type inet_service . ipv4_addr; {Lifetime}; }}\n");
        script.Append($"map {protocol.Name}_mappings {{ type ipv4_addr . inet_service . ipv4_addr : inet_service; {Lifetime}; }}\n");
    }

    private static void WriteChain(StringBuilder script, string name, string head, IEnumerable<string> rules) =>
        script.Append($"chain {name} {{\n{head}\n{string.Join('\n', rules)}\n}}\n");

    private static IEnumerable<string> Inbound(Protocol protocol, NatLayer layer, string external)
    {
        var (name, policy) = protocol;
        var toOwner = $"ip daddr {external} meta l4proto {name} dnat ip to {name} dport map @{name}_owners";
        if (policy.Filtering == NatBehavior.EndpointIndependent) yield return $"iifname \"eth0\" {toOwner}";
        if (policy.Filtering == NatBehavior.AddressDependent) yield return $"iifname \"eth0\" {name} dport . ip saddr @{name}_peers {toOwner}";
        if (layer.Hairpins) yield return $"iifname \"eth1\" {toOwner}";
    }

    private static IEnumerable<string> Outbound(Protocol protocol, NatLayer layer, string external)
    {
        var (name, policy) = protocol;
        var translate = $"meta l4proto {name} snat ip to {external}";
        switch (policy.Mapping)
        {
            case NatBehavior.EndpointIndependent when layer.PreservesPorts:
                yield return translate;
                break;
            case NatBehavior.EndpointIndependent:
                yield return $"{translate}:{name} sport ^ {Scrambled}";
                break;
            case NatBehavior.AddressDependent:
                yield return $"{translate}:ip saddr . {name} sport . ip daddr map @{name}_mappings";
                yield return $"{translate}:{RandomPorts} fully-random";
                break;
            default:
                yield return $"{translate}:{RandomPorts} fully-random";
                break;
        }
    }

    // Behind the translation: the source is the external endpoint.
    private static IEnumerable<string> Learnt(Protocol protocol)
    {
        var (name, _) = protocol;
        var inner = "ct original ip saddr . ct original proto-src";
        yield return $"meta l4proto {name} update @{name}_owners {{ {name} sport : {inner} }}";
        yield return $"meta l4proto {name} update @{name}_peers {{ {name} sport . ip daddr }}";
        yield return $"meta l4proto {name} update @{name}_mappings {{ {inner} . ip daddr : {name} sport }}";
    }

    private static IEnumerable<string> Passing(NatLayer layer, string inside)
    {
        if (layer.Udp is null) yield return "meta l4proto udp drop";
        yield return "ct state invalid drop";
        yield return "ct state established,related accept";

        // A connection whose mapping has been forgotten does not begin anew in the middle, as the kernel would allow.
        yield return "tcp flags & (fin | syn | rst | ack) != syn drop";
        if (layer.OnlyPort is { } port) yield return $"iifname \"eth1\" tcp dport != {port} drop";
        yield return $"iifname \"eth1\" oifname \"eth0\" ip saddr {inside} accept";
        yield return "ct status dnat accept";
    }

    private sealed record Protocol(string Name, NatPolicy Policy);
}
