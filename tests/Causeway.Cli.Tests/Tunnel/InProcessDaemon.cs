using System.IO.Pipelines;
using Causeway.Cli.Tunnel.Daemon;

namespace Causeway.Cli.Tests.Tunnel;

/// <summary>A background process that is none: the same command line in this process, with pipes between.</summary>
internal sealed class InProcessDaemon : IDaemonProcess
{
    private readonly StringWriter _complaints = new();
    private readonly StreamReader _reports;
    private readonly StreamWriter _answers;

    private InProcessDaemon(IReadOnlyList<string> arguments, Func<TextReader, TextWriter, TextWriter, CliEnvironment> environment)
    {
        var (toDaemon, fromDaemon) = (new Pipe(), new Pipe());
        _answers = new StreamWriter(toDaemon.Writer.AsStream());
        _reports = new StreamReader(fromDaemon.Reader.AsStream());
        var output = new StreamWriter(fromDaemon.Writer.AsStream());
        var input = new StreamReader(toDaemon.Reader.AsStream());
        Ended = Task.Run(async () =>
        {
            var code = await CommandLine.RunAsync(arguments, environment(input, output, _complaints));
            await fromDaemon.Writer.CompleteAsync();
            return code;
        });
    }

    /// <summary>Its exit code.</summary>
    public Task<int> Ended { get; }

    public TextReader Reports => _reports;

    public TextWriter Answers => _answers;

    /// <summary>Runs a command line.</summary>
    public static InProcessDaemon Start(IReadOnlyList<string> arguments, Func<TextReader, TextWriter, TextWriter, CliEnvironment> environment) => new(arguments, environment);

    public Task<string> ComplaintsAsync() => Task.FromResult(_complaints.ToString());

    public void Dispose()
    {
    }
}
