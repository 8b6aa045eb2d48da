using System.Text;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Setup;

/// <summary>
/// Writes the shell script that builds a topology as process 1 of fresh user, mount, network and process-ID namespaces. It prints
/// <c>machine NAME PID INNER</c> per machine and <c>lab PID 1</c> at the end (PID as seen from outside, INNER as seen inside), then waits for the
/// end of its input. When process 1 ends, however it ends, the kernel kills everything in the process-ID namespace, and with the last process go the
/// network namespaces and their devices.
/// </summary>
internal static class SetupScript
{
    // /run/outer is the outer procfs: /proc/self in there is the reader's process ID as seen from outside.
    // Mounting procfs and sysfs is refused inside some containers; what is left then shows the outer processes, and everything else still works.
    private const string Preamble = """
        set -e
        mount -t tmpfs -o mode=0755 lab /run
        mkdir -p /run/netns /run/machines /run/outer /run/captures /run/bin /run/home
        mount --rbind /proc /run/outer
        mount -t proc proc /proc 2>/dev/null || :
        mount -t sysfs sysfs /sys 2>/dev/null || :
        hostname lab 2>/dev/null || :
        for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done 2>/dev/null || :
        machine() {
            mkdir /run/machines/$1
            mount -t tmpfs -o mode=0755 "$1" /run/machines/$1
            mkdir /run/machines/$1/outer /run/machines/$1/home
            mount --rbind /run/outer /run/machines/$1/outer
            { nsenter --net=/run/netns/$1 unshare --mount --uts sh -c "$2" || echo "failed $1"; } &
        }

        """;

    private const string MachinePreamble = """
        set -e
        mount --rbind /run/machines/NAME /run
        mount -t sysfs sysfs /sys 2>/dev/null || :
        hostname NAME 2>/dev/null || :
        for f in /proc/sys/net/ipv6/conf/eth*; do echo 0 > $f/accept_dad; echo 0 > $f/accept_ra; done 2>/dev/null || :

        """;


    public static string Write(Topology topology)
    {
        topology.Validate();
        var cables = Cable.All(topology).ToList();
        var script = new StringBuilder(Preamble);
        WriteHosts(script, topology);
        script.Append("ip -batch - <<'END'\nlink set lo up\n");
        foreach (var machine in topology.Machines) script.Append($"netns add {machine.Name}\n");
        foreach (var name in topology.Switches)
        {
            // No spanning tree and no multicast snooping: a port forwards from its first frame, to everybody where the address is a group.
            script.Append($"link add {name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set {name} up\n");
        }

        foreach (var cable in cables) cable.WriteSetup(script);
        script.Append("END\n");
        foreach (var machine in topology.Machines) WriteMachine(script, machine, cables.Where(c => c.Machine == machine));

        // Process 1 ignores SIGCHLD, so that nobody who is orphaned in here stays a zombie.
        return script.Append(Announce("lab")).Append("trap '' CHLD\nexec cat >/dev/null\n").ToString();
    }

    private static void WriteHosts(StringBuilder script, Topology topology)
    {
        script.Append("cat > /run/hosts <<'END'\n127.0.0.1 localhost\n::1 localhost\n");
        foreach (var machine in topology.Machines)
        {
            foreach (var address in machine.Ports.SelectMany(p => p.Addresses.Select(p.ParseAddress))) script.Append($"{address} {machine.Name}\n");
        }

        script.Append("END\nmount --bind /run/hosts /etc/hosts\n");
    }

    private static void WriteMachine(StringBuilder script, Machine machine, IEnumerable<Cable> cables)
    {
        var inner = new StringBuilder(MachinePreamble.Replace("NAME", machine.Name, StringComparison.Ordinal));
        if (machine.Forwards)
        {
            inner.Append("echo 1 > /proc/sys/net/ipv4/ip_forward\n");
            inner.Append("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding 2>/dev/null || :\n");
        }

        // On emulated links each frame is a buffer of its own, which counts fully against the window of a TCP sender: 16 MiB instead of
        // 4 lets one stream fill 200 Mbit/s with a round trip of 80 ms, as it would on a machine whose device splits bundles.
        if (machine.Ports.Any(p => p.Conditions is not null)) inner.Append("echo 4096 16384 16777216 > /proc/sys/net/ipv4/tcp_wmem\n");
        inner.Append("ip -batch - <<'END'\nlink set lo up\n");
        foreach (var cable in cables) cable.WriteMachineSetup(inner);
        foreach (var port in machine.Ports)
        {
            foreach (var address in port.Addresses) inner.Append($"address add {address} dev {port.Device}\n");
            inner.Append($"link set {port.Device} up\n");
        }

        foreach (var route in machine.Routes)
        {
            var isDefaultV6 = route is { Destination: "default" } && route.Via.Contains(':', StringComparison.Ordinal);
            inner.Append($"route add {(isDefaultV6 ? "::/0" : route.Destination)} via {route.Via}\n");
        }

        inner.Append("END\n");
        if (machine.Ruleset is { } ruleset) inner.Append("nft -f - <<'END'\n").Append(ruleset.TrimEnd('\n')).Append("\nEND\n");
        inner.Append(Announce("machine " + machine.Name)).Append("exec sleep infinity\n");
        script.Append($"machine {machine.Name} {Quote(inner.ToString())}\n");
    }

    private static string Announce(string who) => $"read -r pid rest < /run/outer/self/stat\necho \"{who} $pid $$\"\n";

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
