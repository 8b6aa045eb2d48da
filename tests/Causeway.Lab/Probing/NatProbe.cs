using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Lab.Agent;
using Causeway.Lab.Processes;

namespace Causeway.Lab.Probing;

/// <summary>
/// Measures a way to the public network as RFC 5780 does (sections 4.3 to 4.5), and TCP in the like manner: with plain sockets that share no code with what
/// is tested in the lab, against two addresses with two ports each.
/// <para>
/// No probe waits for a time to pass. That something is filtered shows because it has not come although what was sent behind it, on the same way, has.
/// </para>
/// </summary>
public sealed class NatProbe : IAsyncDisposable
{
    internal static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly LabProcess _server;
    private readonly string[] _addresses;

    private NatProbe(LabProcess server, string[] addresses)
    {
        _server = server;
        _addresses = addresses;
    }

    /// <summary>Starts the servers on a machine with two public addresses: UDP and TCP on ports 3478 and 3479, and TCP on 443.</summary>
    /// <exception cref="LabException">They do not start.</exception>
    public static async Task<NatProbe> StartAsync(LabHost host)
    {
        string[] addresses = [.. host.Addresses.Take(2).Select(a => a.ToString())];
        var server = await host.StartAsync(AgentProcess.Program, ["probe", "serve", .. addresses]);
        await server.WaitForLineAsync("listening", Patience);
        return new NatProbe(server, addresses);
    }

    /// <summary>Measures the way from a machine.</summary>
    /// <exception cref="LabException">The machine does not reach the servers at all, or not in a manner that makes sense.</exception>
    public async Task<NatMeasurement> MeasureAsync(LabHost host)
    {
        var result = (await host.RunAsync(new ProcessOptions { Timeout = 2 * Patience }, AgentProcess.Program, ["probe", "measure", .. _addresses])).Succeeded();
        return JsonSerializer.Deserialize<NatMeasurement>(result.Output, Json)!;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
