using System.Net.Sockets;
using System.Text.Json;
using Causeway.Lab.Captures;
using Causeway.Lab.Links;

namespace Causeway.Lab.Agent;

/// <summary>
/// A process backstage that moves frames: it carries those of emulated links and records captures. The test outside and the shell inside ask it
/// over a socket in the lab's own <c>/run</c>. It ends with the lab.
/// </summary>
internal sealed class AgentServer
{
    /// <summary>Where it listens, as seen backstage.</summary>
    public const string SocketPath = "/run/agent";

    /// <summary>The line it writes when it does.</summary>
    public const string Ready = "listening";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (EmulatedLink Link, LinkConditions Conditions)> _links = [];
    private readonly List<Recorder> _captures = [];

    /// <summary>Serves until the process is killed.</summary>
    public static async Task<int> RunAsync()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        Console.WriteLine(Ready);
        var server = new AgentServer();
        while (true) _ = server.ServeAsync(await listener.AcceptAsync());
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                await writer.WriteLineAsync(JsonSerializer.Serialize(Answer(JsonSerializer.Deserialize<AgentRequest>(line)!)));
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private AgentAnswer Answer(AgentRequest request)
    {
        lock (_lock)
        {
            try
            {
                return request.Verb switch
                {
                    AgentVerb.AddLink => AddLink(request),
                    AgentVerb.SetConditions => SetConditions(request),
                    AgentVerb.Statistics => Statistics(request),
                    AgentVerb.Capture => Capture(request),
                    AgentVerb.EndCapture => EndCapture(request),
                    _ => new AgentAnswer { Error = "an unknown request" },
                };
            }
            catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException)
            {
                return new AgentAnswer { Error = e.Message };
            }
        }
    }

    private AgentAnswer AddLink(AgentRequest request)
    {
        _links.Add(request.Link!, (new EmulatedLink(request.Near!, request.Far!, request.Conditions!), request.Conditions!));
        return new AgentAnswer();
    }

    private AgentAnswer SetConditions(AgentRequest request)
    {
        var (link, _) = Link(request);
        link.SetConditions(request.Conditions!);
        _links[request.Link!] = (link, request.Conditions!);
        return new AgentAnswer();
    }

    private AgentAnswer Statistics(AgentRequest request)
    {
        var (link, conditions) = Link(request);
        return new AgentAnswer { Statistics = link.Statistics, Conditions = conditions };
    }

    private (EmulatedLink Link, LinkConditions Conditions) Link(AgentRequest request) =>
        _links.TryGetValue(request.Link!, out var link) ? link : throw new LabException($"{request.Link} is no emulated link.");

    private AgentAnswer Capture(AgentRequest request)
    {
        _captures.Add(new Recorder(request.NetworkNamespace, request.Device!, request.Path!));
        return new AgentAnswer { Number = _captures.Count - 1 };
    }

    private AgentAnswer EndCapture(AgentRequest request)
    {
        var capture = _captures[request.Number];
        capture.Dispose();
        return new AgentAnswer { Missed = capture.Missed };
    }
}
