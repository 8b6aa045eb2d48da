namespace Causeway.Apps.Configuration;

/// <summary>Goes through a text and counts its lines.</summary>
internal sealed class TomlScanner(string text)
{
    // U+FEFF in front of a file is no part of it.
    private int _position = text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>The line, from 1 on.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The next character; NUL at the end.</summary>
    public char Peek => At(_position);

    /// <summary>The character after the next.</summary>
    public char PeekSecond => At(_position + 1);

    /// <summary>Takes the next character; NUL at the end.</summary>
    public char Take()
    {
        var c = Peek;
        if (_position < text.Length) _position++;
        if (c == '\n') Line++;
        return c;
    }

    /// <summary>Takes some characters, fewer at the end of the text or of a line.</summary>
    public string Take(int count)
    {
        var start = _position;
        while (_position - start < count && Peek is not ('\n' or '\0')) _position++;
        return text[start.._position];
    }

    /// <summary>Takes a character if it is the next.</summary>
    public bool TryTake(char c)
    {
        if (Peek != c) return false;
        Take();
        return true;
    }

    /// <summary>Takes characters of a kind.</summary>
    public string TakeWhile(Func<char, bool> isWanted)
    {
        var start = _position;
        while (_position < text.Length && isWanted(text[_position])) _position++;
        return text[start.._position];
    }

    /// <summary>Skips blanks within the line.</summary>
    public void SkipBlanks() => TakeWhile(static c => c is ' ' or '\t');

    /// <summary>Skips blanks, comments and ends of lines.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool SkipToContent()
    {
        while (true)
        {
            SkipBlanks();
            SkipComment();
            if (_position == text.Length) return false;
            if (!TryTakeEndOfLine()) return true;
        }
    }

    /// <summary>Takes a character that must come, after blanks.</summary>
    /// <exception cref="ConfigurationException">It does not come.</exception>
    public void Require(char c, string what)
    {
        SkipBlanks();
        if (!TryTake(c)) throw Error($"{what} is missing");
    }

    /// <summary>Takes the end of a line, after blanks and a comment.</summary>
    /// <exception cref="ConfigurationException">Something else comes.</exception>
    public void RequireEndOfLine()
    {
        SkipBlanks();
        SkipComment();
        if (_position < text.Length && !TryTakeEndOfLine()) throw Error($"'{Peek}' is not expected here; a key and its value have a line of their own");
    }

    /// <summary>What is wrong, and in which line.</summary>
    public ConfigurationException Error(string message, int lines = 0) => new(Line + lines, message);

    private char At(int position) => position < text.Length ? text[position] : '\0';

    private void SkipComment()
    {
        if (Peek == '#') TakeWhile(static c => c != '\n');
    }

    private bool TryTakeEndOfLine()
    {
        if (Peek == '\r' && PeekSecond == '\n') _position++;
        return TryTake('\n');
    }
}
