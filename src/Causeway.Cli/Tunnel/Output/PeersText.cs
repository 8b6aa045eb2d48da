using Causeway.Cli.Output;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Output;

/// <summary>What <c>causeway tunnel peers</c> shows to people.</summary>
internal static class PeersText
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<PeerReport> peers, TimeProvider time)
    {
        if (peers.Count == 0)
        {
            writer.WriteLine("no other members yet; 'causeway tunnel invite' makes an invitation");
            return;
        }

        var table = new TextTable("NAME", "ADDRESS", "ROLE", "STATE", "PATH", "RTT", "SENT", "RECEIVED", "PEER ID");
        foreach (var peer in peers)
        {
            table.Add(
                peer.Name,
                peer.Ipv4 ?? "none",
                peer.Role,
                peer.Online ? peer.Since is { } since ? $"online {UnitText.Duration(time.GetUtcNow() - since)}" : "online" : "offline",
                peer.Path ?? "-",
                peer.RoundTripMilliseconds is { } trip ? UnitText.Milliseconds(trip) : "-",
                UnitText.Bytes(peer.Traffic.BytesSent),
                UnitText.Bytes(peer.Traffic.BytesReceived),
                peer.PeerId.Length > 16 ? peer.PeerId[..16] + "…" : peer.PeerId);
        }

        table.WriteTo(writer);
        foreach (var peer in peers.Where(p => p is { Online: false, Problem: not null })) writer.WriteLine($"{peer.Name}: {Hosting.Logging.LogText.Printable(peer.Problem!)}");
    }
}
