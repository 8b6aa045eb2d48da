using System.CommandLine;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway completions</c>: scripts that let a shell ask the command itself what may come next (System.CommandLine's <c>[suggest]</c> directive).</summary>
internal static class CompletionsCommand
{
    private const string Bash = """
        # causeway completions for bash: eval "$(causeway completions bash)"
        _causeway() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(causeway "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null | grep -v '^[-/][?h]$\|^/')" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _causeway causeway
        """;

    private const string Zsh = """
        #compdef causeway
        # causeway completions for zsh: eval "$(causeway completions zsh)"
        _causeway() {
            local -a suggestions
            suggestions=("${(@f)$(causeway "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null | grep -v '^[-/][?h]$\|^/')}")
            compadd -a suggestions
            _files
        }
        compdef _causeway causeway
        """;

    private const string Fish = """
        # causeway completions for fish: causeway completions fish | source
        complete -c causeway -a '(causeway "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null | string match -v -r "^(/.*|-[?h])\$")'
        """;

    public static Command Create(CliEnvironment environment)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completions", "Print a completion script for a shell.") { shell };
        command.SetAction(result => environment.Out.WriteLine(result.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return command;
    }
}
