using Causeway.Hosting.Access;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Gateway;

/// <summary>
/// A launch token that the user chose: from a file, or from the environment. Not from the command line, which every user of the machine may read.
/// </summary>
internal static class FixedToken
{
    /// <summary>The variable that holds a token.</summary>
    public const string Variable = "CAUSEWAY_TOKEN";

    // 16 characters of base64 are 96 bits: out of reach for guesses over a network.
    private const int MinLength = 16;

    // What the login reads at most.
    private const int MaxLength = 1024;

    /// <summary>The token of the file, else of the environment; null when neither is named.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or the token is too short or too long.</exception>
    public static LaunchToken? Read(string? file, Func<string, string?> environment)
    {
        var (source, text) = file is null ? (Variable, environment(Variable)) : ($"the token file '{file}'", ReadFile(file));
        if (file is null && string.IsNullOrEmpty(text)) return null;
        text = text?.Trim() ?? "";
        return text.Length is >= MinLength and <= MaxLength && text.All(c => c is > ' ' and <= '~')
            ? new LaunchToken(text)
            : throw new UserErrorException(ExitCode.Usage, $"{source} holds no token; write {MinLength} to {MaxLength} letters, digits and signs, without spaces");
    }

    private static string ReadFile(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            var buffer = new char[MaxLength + 64];
            return new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the token file '{file}' cannot be read: {e.Message}", e);
        }
    }
}
