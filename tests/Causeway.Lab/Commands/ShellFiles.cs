namespace Causeway.Lab.Commands;

/// <summary>What a shell in the lab finds: a command per machine, and a prompt that says where it is.</summary>
internal static class ShellFiles
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes them into a running lab.</summary>
    public static void Write(LabNetwork lab)
    {
        var backstage = lab.Namespaces.Backstage;
        File.WriteAllText(backstage.Outside("/run/bashrc"), Prompt(lab.Topology.Name));
        foreach (var (name, process) in lab.Namespaces.Machines)
        {
            File.WriteAllText(process.Outside("/run/bashrc"), Prompt(name));
            WriteProgram(backstage.Outside($"/run/bin/{name}"), $$"""
                [ $# -gt 0 ] || set -- bash --rcfile /run/bashrc
                export LAB_MACHINE={{name}}
                exec nsenter --target {{process.InnerId}} --net --mount --uts -- sh -c 'cd "$0"; exec "$@"' "$PWD" "$@"
                """);
        }
    }

    private static void WriteProgram(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, Executable);
    }

    private static string Prompt(string where) => $"PS1='[{where}] \\w\\$ '\n";
}
