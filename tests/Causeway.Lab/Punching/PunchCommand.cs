using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Lab.Probing;

namespace Causeway.Lab.Punching;

/// <summary>
/// <c>causeway-lab punch …</c>: two plain programs that punch a hole for TCP, and the third that makes them known to each other. They share no code with what
/// is tested in the lab, and show that the table (<see cref="Nats.HolePunching"/>) is right, in both directions.
/// </summary>
internal static class PunchCommand
{
    // Both dial in every round, and then look, each in step with the other. From the second round on each NAT has seen its own machine dial; one more for a packet that the kernel has delayed.
    private const int Rounds = 4;

    /// <summary>Runs one.</summary>
    /// <exception cref="LabException">The arguments make no sense, or the other programs are not reached.</exception>
    public static int Run(IReadOnlyList<string> arguments) => arguments switch
    {
        ["serve"] => Serve(),
        ["with", var server] => Dial(IPAddress.Parse(server)),
        _ => throw new LabException("punch: serve | with ADDRESS"),
    };

    /// <summary>Tells two that connect to port 443 of each other's endpoint, keeps them in step, and ends with them.</summary>
    private static int Serve()
    {
        using var listener = PlainTcp.BindShared(new IPEndPoint(IPAddress.Any, ProbeCommand.WebPort));
        listener.Listen();
        Console.WriteLine("listening");
        using var one = listener.Accept();
        using var two = listener.Accept();
        Write(one, $"{two.RemoteEndPoint}");
        Write(two, $"{one.RemoteEndPoint}");
        for (var round = 1; ; round++)
        {
            var isConnected = Read(one) == "connected" | Read(two) == "connected";
            var answer = isConnected ? "direct" : round == 2 * Rounds ? "relayed" : "again";
            Write(one, answer);
            Write(two, answer);
            if (answer != "again") return 0;
        }
    }

    /// <summary>Dials the other, in step with it, from the port that the server sees and on which this program listens too.</summary>
    private static int Dial(IPAddress address)
    {
        using var server = PlainTcp.BindShared(new IPEndPoint(IPAddress.Any, 0));
        server.Connect(new IPEndPoint(address, ProbeCommand.WebPort));
        var local = (IPEndPoint)server.LocalEndPoint!;
        using var listener = PlainTcp.BindShared(local);
        listener.Listen();
        var other = IPEndPoint.Parse(Read(server));
        while (true)
        {
            using var attempt = PlainTcp.BindShared(local);
            PlainTcp.BeginToConnect(attempt, other);
            Write(server, "dialed");
            var answer = Read(server);
            if (answer == "again")
            {
                // What was sent before the other's word that it has dialed has arrived, or never will.
                var isConnected = PlainTcp.IsConnected(attempt, TimeSpan.Zero) || listener.Poll(0, SelectMode.SelectRead);
                Write(server, isConnected ? "connected" : "not yet");
                answer = Read(server);
            }

            if (answer == "again") continue;
            Console.WriteLine(answer);
            return 0;
        }
    }

    private static void Write(Socket socket, string line) => socket.Send(Encoding.ASCII.GetBytes(line + "\n"));

    private static string Read(Socket socket)
    {
        var line = new StringBuilder();
        Span<byte> one = stackalloc byte[1];
        while (socket.Receive(one) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString();
    }
}
