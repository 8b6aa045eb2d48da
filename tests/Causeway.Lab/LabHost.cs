using System.Net;
using System.Net.Sockets;
using Causeway.Lab.Captures;
using Causeway.Lab.Links;
using Causeway.Lab.Processes;
using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

namespace Causeway.Lab;

/// <summary>A machine of a running lab.</summary>
public sealed class LabHost
{
    private readonly LabNetwork _lab;
    private readonly MachineProcess _process;

    internal LabHost(LabNetwork lab, Machine machine, MachineProcess process)
    {
        _lab = lab;
        Machine = machine;
        _process = process;
        Addresses = [.. machine.Ports.SelectMany(p => p.Addresses.Select(p.ParseAddress))];
    }

    /// <summary>Its name.</summary>
    public string Name => Machine.Name;

    /// <summary>What the topology says about it.</summary>
    public Machine Machine { get; }

    /// <summary>All its addresses, port by port.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Its first IPv4 address.</summary>
    public IPAddress Address => Addresses.First(a => a.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>Its first IPv6 address.</summary>
    public IPAddress AddressV6 => Addresses.First(a => a.AddressFamily == AddressFamily.InterNetworkV6);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="LabException">It could not be started.</exception>
    /// <exception cref="TimeoutException">It did not end within a minute, and was killed.</exception>
    public Task<RunResult> RunAsync(string program, params string[] arguments) => RunAsync(ProcessOptions.Default, program, arguments);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="LabException">It could not be started.</exception>
    /// <exception cref="TimeoutException">It did not end within <see cref="ProcessOptions.Timeout"/>, and was killed.</exception>
    public async Task<RunResult> RunAsync(ProcessOptions options, string program, params string[] arguments)
    {
        await using var process = await StartAsync(options with { Input = options.Input ?? "" }, program, arguments);
        return await process.WaitForExitAsync(options.Timeout);
    }

    /// <summary>Starts a program that runs beside the test.</summary>
    /// <exception cref="LabException">It could not be started.</exception>
    public Task<LabProcess> StartAsync(string program, params string[] arguments) => StartAsync(ProcessOptions.Default, program, arguments);

    /// <summary>Starts a program that runs beside the test.</summary>
    /// <exception cref="LabException">It could not be started.</exception>
    public Task<LabProcess> StartAsync(ProcessOptions options, string program, params string[] arguments) =>
        LabProcess.StartAsync(_process, Name, options, program, arguments);

    /// <summary>Begins to record what one of its devices sees, in both directions: every frame from when this returns. The device may be one that a program made.</summary>
    /// <exception cref="LabException">There is no such device.</exception>
    public Task<LabCapture> CaptureAsync(string device = "eth0") => _lab.CaptureAsync(Name, device);

    /// <summary>The link from one of its devices.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public LabLink Link(string device = "eth0") => _lab.Link(Name, device);

    /// <summary>The path under which a file of the machine can be reached from the test: its <c>/run</c> and its home (<c>/run/home</c>) are its own.</summary>
    public string Outside(string path) => _process.Outside(path);
}
