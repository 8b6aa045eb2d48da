using System.Globalization;

namespace Causeway.Apps.Configuration;

/// <summary>
/// Reads the part of TOML 1.0 (toml.io) that a configuration of a site needs: tables, dotted keys, strings of one line, integers, booleans, arrays of these, comments.
/// What else there is in TOML (dates, floats, inline tables, arrays of tables, strings of several lines) is refused by name.
/// </summary>
internal sealed class TomlReader
{
    /// <summary>Longest file in characters.</summary>
    public const int MaxLength = 256 * 1024;

    private readonly TomlScanner _scanner;
    private readonly List<TomlEntry> _entries = [];
    private readonly Dictionary<string, int> _keys = [];
    private readonly Dictionary<string, int> _tables = [];

    private TomlReader(string text) => _scanner = new TomlScanner(text);

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="ConfigurationException">It is not TOML, or has what is not read here.</exception>
    public static IReadOnlyList<TomlEntry> Read(string text)
    {
        if (text.Length > MaxLength) throw new ConfigurationException(1, $"the file is longer than {MaxLength} characters");
        var reader = new TomlReader(text);
        reader.ReadAll();
        return reader._entries;
    }

    private void ReadAll()
    {
        var table = "";
        while (_scanner.SkipToContent())
        {
            var line = _scanner.Line;
            if (_scanner.TryTake('['))
            {
                if (_scanner.Peek == '[') throw _scanner.Error("arrays of tables ([[…]]) have no meaning here");
                table = ReadKey();
                _scanner.Require(']', "']' after the name of the table");
                if (!_tables.TryAdd(table, line)) throw new ConfigurationException(line, $"the table [{table}] stands in line {_tables[table]} already; put its keys there");
                table += ".";
            }
            else
            {
                var key = table + ReadKey();
                _scanner.Require('=', "'=' after a key");
                if (!_keys.TryAdd(key, line)) throw new ConfigurationException(line, $"{key} is set in line {_keys[key]} already");
                _entries.Add(new TomlEntry(key, ReadValue(isInArray: false), line));
            }

            _scanner.RequireEndOfLine();
        }
    }

    private string ReadKey()
    {
        var parts = new List<string>();
        do
        {
            _scanner.SkipBlanks();
            parts.Add(_scanner.Peek is '"' or '\'' ? ReadString() : _scanner.TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
            if (parts[^1].Contains('.')) throw _scanner.Error($"no key has a dot in its name, as \"{parts[^1]}\" does");
            if (parts[^1].Length == 0) throw _scanner.Error("a key is missing: letters, digits, '_' and '-'");
            _scanner.SkipBlanks();
        }
        while (_scanner.TryTake('.'));
        return string.Join('.', parts);
    }

    private object ReadValue(bool isInArray)
    {
        _scanner.SkipBlanks();
        switch (_scanner.Peek)
        {
            case '"' or '\'': return ReadString();
            case '[' when isInArray: throw _scanner.Error("an array in an array has no meaning here");
            case '[': return ReadArray();
            case '{': throw _scanner.Error("inline tables ({…}) are not read here; write a table, such as [http.cors]");
        }

        var word = _scanner.TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '.' or ':');
        return word switch { "" => throw _scanner.Error("a value is missing: a \"text\", a number, true, false or an array"), "true" => true, "false" => false, _ => ToInteger(word) };
    }

    private long ToInteger(string word)
        => IsInteger(word) && long.TryParse(word.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw _scanner.Error($"'{word}' is no whole number, true or false; a text stands in quotes: \"{word}\"");

    // Digits in groups, none of them empty, and no zero in front.
    private static bool IsInteger(string word)
    {
        var digits = word[0] is '+' or '-' ? word[1..] : word;
        return digits.Length > 0 && digits.Split('_').All(static g => g.Length > 0 && g.All(char.IsAsciiDigit)) && (digits[0] != '0' || digits.Length == 1);
    }

    private List<object> ReadArray()
    {
        var values = new List<object>();
        _scanner.Require('[', "'['");
        while (true)
        {
            if (!_scanner.SkipToContent()) throw _scanner.Error("']' at the end of the array is missing");
            if (_scanner.TryTake(']')) return values;
            values.Add(ReadValue(isInArray: true));
            if (!_scanner.SkipToContent()) throw _scanner.Error("']' at the end of the array is missing");
            if (_scanner.TryTake(',')) continue;
            _scanner.Require(']', "',' or ']' after a value of an array");
            return values;
        }
    }

    private string ReadString()
    {
        var quote = _scanner.Take();
        if (_scanner.Peek == quote && _scanner.PeekSecond == quote) throw _scanner.Error("strings of several lines are not read here");
        var result = new System.Text.StringBuilder();
        while (true)
        {
            var c = _scanner.Take();
            if (c == quote) return result.ToString();
            if (c is '\0' or '\n' or '\r') throw _scanner.Error($"the text has no end; add {quote}", c == '\n' ? -1 : 0);
            if (char.IsControl(c) && c != '\t') throw _scanner.Error("a text has a control character; write it as an escape, such as \\u001b");
            if (c == '\\' && quote == '"') ReadEscape(result);
            else result.Append(c);
        }
    }

    private void ReadEscape(System.Text.StringBuilder result)
    {
        var c = _scanner.Take();
        switch (c)
        {
            case 'b': result.Append('\b'); break;
            case 't': result.Append('\t'); break;
            case 'n': result.Append('\n'); break;
            case 'f': result.Append('\f'); break;
            case 'r': result.Append('\r'); break;
            case '"' or '\\': result.Append(c); break;
            case 'u' or 'U':
                var digits = _scanner.Take(c == 'u' ? 4 : 8);
                if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !System.Text.Rune.TryCreate(code, out var rune))
                    throw _scanner.Error($"'\\{c}{digits}' is no character");
                result.Append(rune.ToString());
                break;
            default: throw _scanner.Error($"'\\{c}' means nothing; write '\\\\' for a backslash, or the text in single quotes");
        }
    }
}
