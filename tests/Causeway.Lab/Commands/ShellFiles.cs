using Causeway.Lab.Agent;
using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

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

        WriteLinkProgram(lab, backstage.Outside("/run/bin/link"));
        if (lab.Topology.Name == TwoNats.Name) WriteMeasureProgram(lab, backstage.Outside("/run/bin/measure"));
        WriteProgram(backstage.Outside("/run/bin/capture"), $$"""
            [ $# -eq 2 ] || { echo 'capture MACHINE[/DEVICE] FILE' >&2; exit 2; }
            case $1 in */*) device=${1#*/} ;; *) device=eth0 ;; esac
            exec nsenter --net="/run/netns/${1%/*}" -- '{{AgentProcess.Program}}' capture "$device" "$2"
            """);
    }

    private static void WriteLinkProgram(LabNetwork lab, string path)
    {
        var cases = string.Join('\n', Cable.All(lab.Topology).Select(c =>
            $"{(c.Port.Device == "eth0" ? c.Machine.Name + " | " : "")}{c.Name}) link={c.Name} ends='{string.Join(' ', c.Ends)}' ;;"));
        WriteProgram(path, $$"""
            case ${1-} in
            {{cases}}
            *) echo 'link MACHINE[/DEVICE] up | down | [delay 20ms] [loss 1%] [rate 100mbit] [seed 7]' >&2; exit 2 ;;
            esac
            shift
            case ${1-} in
            up | down) for end in $ends; do ip link set "$end" "$1" || exit; done ;;
            *) exec '{{AgentProcess.Program}}' link "$link" "$@" ;;
            esac
            """);
    }

    private static void WriteMeasureProgram(LabNetwork lab, string path)
    {
        var addresses = string.Join(' ', lab.Host("probe").Addresses);
        WriteProgram(path, $$"""
            case ${1-} in
            left | right) ;;
            *) echo 'measure left | right' >&2; exit 2 ;;
            esac
            mkfifo /run/measure.$$
            trap 'rm -f /run/measure.$$; kill $server 2>/dev/null' EXIT
            probe '{{AgentProcess.Program}}' probe serve {{addresses}} > /run/measure.$$ 2>&1 &
            server=$!
            read -r line < /run/measure.$$
            [ "$line" = listening ] || { echo "$line" >&2; exit 2; }
            "$1" '{{AgentProcess.Program}}' probe describe {{addresses}}
            """);
    }

    private static void WriteProgram(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, Executable);
    }

    private static string Prompt(string where) => $"PS1='[{where}] \\w\\$ '\n";
}
