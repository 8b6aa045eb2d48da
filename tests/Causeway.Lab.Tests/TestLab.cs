using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests;

/// <summary>Labs for tests.</summary>
public static class TestLab
{
    /// <summary>How long a test waits for what must come. Long, so that a busy machine fails nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Starts a lab; where none can be made, or a program is missing, the test is skipped, and in CI it fails.</summary>
    public static Task<LabNetwork> StartAsync(Topology topology, params string[] programs)
    {
        if (LabTools.Missing is { } missing) Requirement.Missing(missing);
        foreach (var program in programs)
        {
            if (!LabTools.Has(program)) Requirement.Missing($"the program '{program}' (./test installs what the lab needs, where it may)");
        }

        return LabNetwork.StartAsync(topology);
    }
}
