using Causeway.Hosting.Logging;
using Causeway.Node.Control;

namespace Causeway.Cli.Output;

/// <summary>A peer and its addresses, for people.</summary>
internal static class PeerText
{
    /// <summary>Writes the ID, and below it the addresses.</summary>
    public static void Write(TextWriter writer, PeerReport peer)
    {
        writer.WriteLine(peer.PeerId);
        foreach (var address in peer.Addresses) writer.WriteLine($"  {LogText.Printable(address)}");
    }
}
