using System.Globalization;
using System.Net;

namespace Causeway.Lab.Traffic;

/// <summary>
/// <c>causeway-lab traffic …</c>, run on machines of a lab: programs that send data and find out whether all of it has arrived unharmed. Each prints one line
/// with its figures, and ends with 1 if a byte was wrong or missing.
/// </summary>
internal static class TrafficCommand
{
    /// <summary>Runs one.</summary>
    /// <exception cref="LabException">The arguments make no sense.</exception>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => arguments switch
    {
        ["tcp-serve", var port] => TcpServer.RunAsync((int)Number(port)),
        ["tcp", var address, var port, var rounds, var up, var down] => TcpExchange.RunAsync(EndPoint(address, port), (int)Number(rounds), Number(up), Number(down), []),
        ["tcp", var address, var port, var rounds, var up, var down, var pattern] =>
            TcpExchange.RunAsync(EndPoint(address, port), (int)Number(rounds), Number(up), Number(down), System.Text.Encoding.UTF8.GetBytes(pattern)),
        ["udp-echo", var port] => Task.FromResult(UdpEcho.Run((int)Number(port))),
        ["udp", var address, var port, var count, var smallest, var largest, var window] =>
            Task.FromResult(new UdpExchange(EndPoint(address, port), (int)Number(count), (int)Number(smallest), (int)Number(largest), (int)Number(window)).Run()),
        ["websocket", var address] => WebSocketLines.RunAsync(new Uri(address)),
        _ => throw new LabException("traffic: tcp-serve PORT | tcp ADDRESS PORT ROUNDS UP DOWN [PATTERN] | udp-echo PORT | udp ADDRESS PORT COUNT SMALLEST LARGEST WINDOW"),
    };

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static IPEndPoint EndPoint(string address, string port) => new(IPAddress.Parse(address), (int)Number(port));
}
