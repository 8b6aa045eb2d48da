using System.Text;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Setup;

/// <summary>
/// The devices of one link. A plain link is one pair of virtual Ethernet devices: the machine's and the switch's. An emulated one is two pairs, and the
/// agent carries frames between their inner ends: <c>machine ═ near ~ agent ~ far ═ switch port</c>.
/// </summary>
/// <param name="Machine">The machine at one end.</param>
/// <param name="Port">Its device, and the switch at the other end.</param>
/// <param name="Number">Its place in the topology.</param>
internal sealed record Cable(Machine Machine, Port Port, int Number)
{
    /// <summary>Machine and device: <c>alice/eth0</c>.</summary>
    public string Name => NameOf(Machine.Name, Port.Device);

    /// <summary>The device on the switch's side.</summary>
    public string SwitchPort => $"{Machine.Name}-{Port.Device}";

    /// <summary>Whether the agent carries its frames.</summary>
    public bool IsEmulated => Port.Conditions is not null;

    /// <summary>The agent's end of the pair that leads to the machine.</summary>
    public string Near => $"near{Number}";

    /// <summary>The agent's end of the pair that leads to the switch.</summary>
    public string Far => $"far{Number}";

    /// <summary>The devices to take down to pull the cable, so that both ends see no carrier.</summary>
    public IReadOnlyList<string> Ends => IsEmulated ? [Near, Far] : [SwitchPort];

    /// <summary>Machine and device.</summary>
    public static string NameOf(string machine, string device) => $"{machine}/{device}";

    /// <summary>Every link of a topology.</summary>
    public static IEnumerable<Cable> All(Topology topology) =>
        topology.Machines.SelectMany(m => m.Ports.Select(p => (m, p))).Select((pair, number) => new Cable(pair.m, pair.p, number));

    /// <summary>The commands, for <c>ip -batch</c> in the machine, that make its device ready for its addresses.</summary>
    public void WriteMachineSetup(StringBuilder script)
    {
        // Delay and loss are those of single frames: the kernel may not hand over bundles that would be cut later.
        if (IsEmulated) script.Append($"link set {Port.Device} gso_max_segs 1\n");
    }

    /// <summary>The commands, for <c>ip -batch</c>, that make the devices.</summary>
    public void WriteSetup(StringBuilder script)
    {
        var outer = IsEmulated ? Near : SwitchPort;
        script.Append($"link add {outer} type veth peer name {Port.Device} netns {Machine.Name}\n");
        if (IsEmulated)
        {
            script.Append($"link add {SwitchPort} type veth peer name {Far}\nlink set {Near} up\nlink set {Far} up\n");
            script.Append($"link set {SwitchPort} gso_max_segs 1\n");
        }

        script.Append($"link set {SwitchPort} master {Port.Switch} up\n");
    }
}
