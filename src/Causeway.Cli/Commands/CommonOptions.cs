using System.CommandLine;

namespace Causeway.Cli.Commands;

/// <summary>Options that several commands have, said and checked in one way.</summary>
internal static class CommonOptions
{
    private const int MaxCount = 1000;

    /// <summary><c>--json</c>: for programs that read the answer.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    /// <summary><c>--count</c>: how often, or how many; 1 to 1000.</summary>
    /// <param name="alias">The option's short form.</param>
    /// <param name="what">What is counted, as the help begins.</param>
    /// <param name="standard">The value without the option.</param>
    public static Option<int> Count(string alias, string what, int standard)
    {
        var count = new Option<int>("--count", alias) { Description = $"{what}, 1 to {MaxCount}.", DefaultValueFactory = _ => standard };
        count.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number is < 1 or > MaxCount) result.AddError($"{count.Name} must be 1 to {MaxCount}.");
        });
        return count;
    }
}
