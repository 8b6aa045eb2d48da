namespace Causeway.Lab.Setup;

/// <summary>The process that holds a machine's namespaces open.</summary>
/// <param name="OuterId">Its process ID as seen from outside the lab.</param>
/// <param name="InnerId">Its process ID as seen inside.</param>
internal sealed record MachineProcess(int OuterId, int InnerId)
{
    /// <summary>The arguments for <c>nsenter</c> that lead into the machine from outside, as the user who made the lab.</summary>
    public IReadOnlyList<string> EnterArguments =>
        ["--target", $"{OuterId}", "--user", "--mount", "--uts", "--net", "--pid", "--preserve-credentials", "--"];

    /// <summary>The path under which a file of the machine can be reached from outside.</summary>
    public string Outside(string path) => $"/proc/{OuterId}/root{path}";
}
