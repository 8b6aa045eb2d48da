using System.Diagnostics;
using System.Globalization;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Setup;

/// <summary>
/// The namespaces of one lab. Its process 1 reads a pipe whose other end only this process holds: when this process ends, by whatever means, process 1
/// sees the end of its input, and everything in the lab dies with it.
/// </summary>
internal sealed class Namespaces : IAsyncDisposable
{
    // First the user namespace alone, whose users this process then defines from outside; then, as root in there, the others.
    private const string Launcher = "read -r go; exec unshare --net --mount --uts --pid --fork --kill-child -- sh -c \"$0\"";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Dictionary<string, MachineProcess> _machines = [];

    private Namespaces(Process process) => _process = process;

    /// <summary>The process that stands for each machine, by the machine's name.</summary>
    public IReadOnlyDictionary<string, MachineProcess> Machines => _machines;

    /// <summary>Process 1 of the lab, in the namespace that holds the switches and in which all machines' folders can be seen.</summary>
    public MachineProcess Backstage { get; private set; } = new(0, 0);

    /// <summary>Builds a topology.</summary>
    /// <exception cref="LabException">It could not be built; the message has what the tools said.</exception>
    public static async Task<Namespaces> CreateAsync(Topology topology, CancellationToken cancellation)
    {
        if (LabTools.Missing is { } missing) throw new LabException(missing);
        var script = SetupScript.Write(topology);
        var start = new ProcessStartInfo("unshare")
        {
            ArgumentList = { "--user", "--", "sh", "-c", Launcher, script },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = LabTools.SearchPath;
        var namespaces = new Namespaces(Process.Start(start)!);
        try
        {
            namespaces.DefineUsers();
            await namespaces.WaitUntilBuiltAsync(topology.Machines.Count, cancellation).WaitAsync(Patience, cancellation);
            return namespaces;
        }
        catch
        {
            await namespaces.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the lab and everything in it; returns when the last of its processes has gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            // The kernel reaps process 1 only after every other process of its namespace.
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            throw new LabException("The lab did not end by itself within a minute.");
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void DefineUsers()
    {
        UserMapping.Write(_process.Id);
        _process.StandardInput.WriteLine("go");
        _process.StandardInput.Flush();
    }

    private async Task WaitUntilBuiltAsync(int machines, CancellationToken cancellation)
    {
        var errors = _process.StandardError.ReadToEndAsync(cancellation);
        while (Backstage.OuterId == 0 || _machines.Count < machines)
        {
            var words = (await _process.StandardOutput.ReadLineAsync(cancellation))?.Split(' ');
            switch (words)
            {
                case ["machine", var name, var outer, var inner]:
                    _machines.Add(name, new MachineProcess(Number(outer), Number(inner)));
                    break;
                case ["lab", var outer, _]:
                    Backstage = new MachineProcess(Number(outer), 1);
                    break;
                case ["failed", var name]:
                    _process.StandardInput.Close();
                    throw new LabException($"The machine '{name}' could not be set up: {(await errors).Trim()}");
                default:
                    _process.StandardInput.Close();
                    throw new LabException($"The lab could not be set up: {(await errors).Trim()}");
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
