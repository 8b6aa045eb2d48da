using Causeway.Lab.Agent;

namespace Causeway.Lab.Captures;

/// <summary>A running capture of one device.</summary>
public sealed class LabCapture
{
    private readonly AgentClient _agent;
    private readonly int _number;
    private readonly string _path;

    internal LabCapture(AgentClient agent, int number, string path)
    {
        _agent = agent;
        _number = number;
        _path = path;
    }

    /// <summary>Ends it: everything that the device has seen until now, and what sent or received it has returned from, is in the result.</summary>
    public async Task<CapturedTraffic> StopAsync()
    {
        var answer = await _agent.AskAsync(new AgentRequest(AgentVerb.EndCapture) { Number = _number });
        var file = await File.ReadAllBytesAsync(_path);
        return CapturedTraffic.Read(file, answer.Missed);
    }

    /// <summary>Ends it, and keeps the capture file for tcpdump or Wireshark.</summary>
    public async Task<CapturedTraffic> StopAsync(string saveAs)
    {
        var traffic = await StopAsync();
        File.Copy(_path, saveAs, overwrite: true);
        return traffic;
    }
}
