using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Causeway.Interop.Tests;

/// <summary>An unmodified js-libp2p peer in a process of its own, driven by lines of JSON (<c>js/peer-program.mjs</c>).</summary>
public sealed class JsPeer : IAsyncDisposable
{
    /// <summary>How long a test waits for what must come. Long, so that a busy machine fails nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _pending = new();
    private readonly List<JsonObject> _events = [];
    private readonly List<(Func<JsonObject, bool> Matches, TaskCompletionSource<JsonObject> Found)> _waiters = [];
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;
    private readonly Task _writing;
    private int _nextId;

    private JsPeer(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _writing = WriteAsync();
    }

    /// <summary>The peer's ID.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Its listening addresses, with <c>/p2p</c>.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>The first of <see cref="Addresses"/>.</summary>
    public string Address => Addresses[0];

    /// <summary>Starts a peer of a release line and waits until it listens.</summary>
    /// <param name="release">The release line.</param>
    /// <param name="options">What the program is told.</param>
    /// <param name="trusted">A file with a certificate that it trusts.</param>
    /// <param name="program">The program in the release's folder that is run.</param>
    public static async Task<JsPeer> StartAsync(
        JsRelease release = JsRelease.Current, object? options = null, string? trusted = null, string program = "peer.mjs")
    {
        var root = Path.Combine(SourceFolder(), "js");
        var node = Path.Combine(root, "current", "node_modules", "node", "bin", "node");
        var folder = Path.Combine(root, release switch { JsRelease.Current => "current", JsRelease.Previous => "previous", JsRelease.Helia => "helia", _ => "browser" });
        if (!File.Exists(node) || !Directory.Exists(Path.Combine(folder, "node_modules")))
            Requirement.Missing("js-libp2p (run ./test, which installs it, or 'npm ci' in the folders of tests/Causeway.Interop.Tests/js)");

        var start = new ProcessStartInfo(node)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { Path.Combine(folder, program), JsonSerializer.Serialize(options ?? new { }) },
        };
        if (trusted is not null) start.Environment["NODE_EXTRA_CA_CERTS"] = trusted;
        var peer = new JsPeer(Process.Start(start)!);
        var ready = await peer.WaitForAsync("ready", _ => true);
        peer.Id = (string)ready["peer"]!;
        peer.Addresses = [.. ready["addresses"]!.AsArray().Select(a => (string)a!)];
        return peer;
    }

    /// <summary>Runs a command and returns its answer; a refused command throws.</summary>
    /// <param name="command">Which.</param>
    /// <param name="parameters">What it is told.</param>
    /// <param name="patience">How long it may take; null for <see cref="Patience"/>.</param>
    public async Task<JsonObject> AskAsync(string command, object? parameters = null, TimeSpan? patience = null)
    {
        var id = Interlocked.Increment(ref _nextId);
        var answered = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answered;
        var message = parameters is null ? [] : JsonSerializer.SerializeToNode(parameters)!.AsObject();
        message["id"] = id;
        message["command"] = command;
        _lines.Writer.TryWrite(message.ToJsonString());
        var answer = await answered.Task.WaitAsync(patience ?? Patience);
        if (!(bool)answer["ok"]!) throw new InvalidOperationException($"{command}: {answer["error"]}");
        return answer;
    }

    /// <summary>The first event of a kind that matches, past or future.</summary>
    public Task<JsonObject> WaitForAsync(string kind, Func<JsonObject, bool> matches)
    {
        bool IsIt(JsonObject e) => (string)e["event"]! == kind && matches(e);
        lock (_events)
        {
            if (_events.FirstOrDefault(IsIt) is { } found) return Task.FromResult(found);
            var waiter = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((IsIt, waiter));
            return waiter.Task.WaitAsync(Patience);
        }
    }

    /// <summary>How many events of a kind have come so far that match.</summary>
    public int Count(string kind, Func<JsonObject, bool> matches)
    {
        lock (_events) return _events.Count(e => (string)e["event"]! == kind && matches(e));
    }

    /// <summary>Kills the process without a goodbye.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _lines.Writer.TryComplete();
        await _reading;
        await _writing;
        _process.Dispose();
    }

    /// <summary>The folder of this test project.</summary>
    internal static string SourceFolder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Causeway.Interop.Tests.csproj"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run below their sources.");
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var message = JsonNode.Parse(line)!.AsObject();
            if (message["id"] is { } id)
            {
                if (_pending.TryRemove((int)id, out var pending)) pending.TrySetResult(message);
                continue;
            }

            lock (_events)
            {
                _events.Add(message);
                foreach (var waiter in _waiters.Where(w => w.Matches(message)).ToArray())
                {
                    _waiters.Remove(waiter);
                    waiter.Found.TrySetResult(message);
                }
            }
        }

        foreach (var pending in _pending.Values) pending.TrySetException(new InvalidOperationException("The js-libp2p process has ended."));
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync())
            {
                await _process.StandardInput.WriteLineAsync(line);
                await _process.StandardInput.FlushAsync();
            }
        }
        catch (IOException)
        {
            // The process was killed; whoever waits for an answer learns it from the reader.
        }
    }
}

/// <summary>The release lines of js-libp2p that we interoperate with.</summary>
public enum JsRelease
{
    /// <summary>3.x.</summary>
    Current,

    /// <summary>2.x.</summary>
    Previous,

    /// <summary>3.x in pages of a browser.</summary>
    Browser,

    /// <summary>3.x under Helia.</summary>
    Helia,
}
