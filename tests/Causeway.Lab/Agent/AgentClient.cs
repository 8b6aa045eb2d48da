using System.Net.Sockets;
using System.Text.Json;

namespace Causeway.Lab.Agent;

/// <summary>Asks the agent, one request at a time.</summary>
internal sealed class AgentClient : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;

    private AgentClient(NetworkStream stream)
    {
        _reader = new StreamReader(stream);
        _writer = new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>Connects to an agent that listens.</summary>
    public static async Task<AgentClient> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new AgentClient(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Asks.</summary>
    /// <exception cref="LabException">The agent refuses, or has gone.</exception>
    public async Task<AgentAnswer> AskAsync(AgentRequest request)
    {
        await _turn.WaitAsync();
        try
        {
            await _writer.WriteLineAsync(JsonSerializer.Serialize(request));
            var line = await _reader.ReadLineAsync() ?? throw new LabException("The lab's agent has ended.");
            var answer = JsonSerializer.Deserialize<AgentAnswer>(line)!;
            return answer.Error is null ? answer : throw new LabException(answer.Error);
        }
        catch (IOException e)
        {
            throw new LabException("The lab's agent has ended.", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
        _turn.Dispose();
    }
}
