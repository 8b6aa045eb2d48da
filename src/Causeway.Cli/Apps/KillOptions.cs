using System.CommandLine;
using Causeway.Cli.Commands;

namespace Causeway.Cli.Apps;

/// <summary>How apps are ended.</summary>
internal sealed class KillOptions
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Kill what has not ended in time." };

    private readonly Option<TimeSpan> _timeout = new("--timeout")
    {
        Description = "How long to wait for the end, such as 500ms or 30s.",
        CustomParser = OptionText.ParseDuration,
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(10),
    };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_force);
        command.Options.Add(_timeout);
    }

    /// <summary>What was asked.</summary>
    public (TimeSpan Patience, bool Force) Read(ParseResult result) => (result.GetValue(_timeout), result.GetValue(_force));
}
