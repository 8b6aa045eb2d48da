using System.Threading.Channels;

namespace Causeway.Cli.Tests;

/// <summary>A writer whose lines can be awaited.</summary>
internal sealed class TellingWriter : StringWriter
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public Task<string> NextLineAsync() => _lines.Reader.ReadAsync().AsTask();

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        _lines.Writer.TryWrite(value ?? "");
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }
}
