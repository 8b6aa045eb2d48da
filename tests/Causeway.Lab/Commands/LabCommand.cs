using System.Diagnostics;
using System.Runtime.InteropServices;
using Causeway.Lab.Processes;
using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Commands;

/// <summary>The shell's side of the lab: <c>./lab</c>.</summary>
internal static class LabCommand
{
    /// <summary>Prints the topologies.</summary>
    public static int List()
    {
        foreach (var topology in KnownTopologies.All)
        {
            Console.WriteLine($"{topology.Name,-16} {topology.Description}");
            foreach (var machine in topology.Machines)
                Console.WriteLine($"{"",-16}   {machine.Name,-8} {string.Join("  ", machine.Ports.Select(p => $"{p.Device}@{p.Switch} {p.Addresses[0]}"))}");
        }

        return 0;
    }

    /// <summary>Prints how to use the command.</summary>
    public static int Help()
    {
        Console.WriteLine("""
            ./lab list                          the topologies, their machines and addresses
            ./lab nats                          the NATs for 'two-nats', and which two let a direct connection through
            ./lab TOPOLOGY [options]            a shell in that network; leaving it removes the network
            ./lab TOPOLOGY [options] -- CMD…    run one command in it, and end with its exit code

            options
              --on MACHINE    run there; default: backstage, where the switches are and every machine is a command
              --left NAT       what 'left' of two-nats is behind; default: home
              --right NAT      what 'right' is behind
              --delay 20ms    every link is emulated: one-way delay (the round trip has twice that per link),
              --loss 1%         share of frames lost in each direction,
              --rate 100mbit    bits per second in each direction,
              --seed 7          where the draws for the loss start

            in the shell
              alice ping -c 1 bob      run a command on a machine; without one: a shell there
              link alice down          pull a cable ('up' plugs it in); 'link alice delay 50ms loss 2%' changes an emulated link,
                                       'link alice' prints what it has done
              measure left             in two-nats: what the way from a machine to the public network does, measured
              capture alice FILE       record what its eth0 sees, for tcpdump -r or Wireshark
              ip link, tcpdump -i lan  the switches, and everything that crosses them
            """);
        if (LabTools.Missing is { } missing) Console.WriteLine($"\nHere {missing}.");
        NoteMissingPackages(Console.Out);
        return 0;
    }

    /// <summary>Builds the network, runs a shell or a command in it, and removes it.</summary>
    public static async Task<int> RunAsync(LabArguments arguments)
    {
        // The terminal sends these to everybody in the foreground; the command decides what they mean.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => c.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, c => c.Cancel = true);
        await using var lab = await LabNetwork.StartAsync(arguments.Topology);
        ShellFiles.Write(lab);
        var machine = arguments.Machine is { } name ? lab.Namespaces.Machines[name] : lab.Namespaces.Backstage;
        var isShell = arguments.Command.Count == 0;
        if (isShell) Greet(lab);
        IEnumerable<string> command = isShell ? ["bash", "--rcfile", "/run/bashrc"] : arguments.Command;
        var start = LabProcess.Prepare(
            machine, arguments.Machine ?? "", ProcessOptions.Default, ["sh", "-c", "cd \"$0\"; exec \"$@\"", Environment.CurrentDirectory, .. command]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static void Greet(LabNetwork lab)
    {
        Console.WriteLine($"{lab.Topology.Name}: {lab.Topology.Description}.");
        foreach (var host in lab.Hosts) Console.WriteLine($"  {host.Name,-8} {string.Join("  ", host.Addresses)}");
        Console.WriteLine("Each machine is a command: 'alice ping -c 1 bob', or 'alice' for a shell there. 'exit' removes the network.");
        NoteMissingPackages(Console.Out);
    }

    private static void NoteMissingPackages(TextWriter writer)
    {
        if (LabTools.MissingUsefulPackages is { Count: > 0 } packages)
            writer.WriteLine($"Not installed, and useful here: apt-get install {string.Join(' ', packages)}");
    }
}
