using System.Globalization;
using System.Text;

namespace Causeway.Hosting.Logging;

/// <summary>
/// Makes text fit for a terminal: log messages carry what pages and other peers have said, who could otherwise forge lines or send commands to the terminal.
/// </summary>
public static class LogText
{
    /// <summary>The text with control and formatting characters written as escapes, and with every line after the first indented.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(IsUnfit)) return text;
        var result = new StringBuilder(text.Length + 16);
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c == '\n') result.Append("\n    ");
            else if (IsUnfit(c)) result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else result.Append(c);
        }

        return result.ToString();
    }

    // Formatting characters can reverse the text around them.
    private static bool IsUnfit(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
