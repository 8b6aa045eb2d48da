namespace Causeway.Lab.Traffic;

/// <summary>Says when standard input has ended: traffic without a count goes on until then.</summary>
internal sealed class InputEnd
{
    private volatile bool _hasCome;

    /// <summary>Begins to read.</summary>
    public InputEnd() => new Thread(Read) { IsBackground = true }.Start();

    /// <summary>Whether it has come.</summary>
    public bool HasCome => _hasCome;

    private void Read()
    {
        while (Console.ReadLine() is not null)
        {
            // What is said does not matter.
        }

        _hasCome = true;
    }
}
