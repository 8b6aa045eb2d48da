using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Tests.Kademlia.Simulation;

/// <summary>What a look-up cost and found.</summary>
/// <param name="Hops">From the routing table to the closest peer.</param>
/// <param name="Requests">Messages sent and, answered or not, paid for.</param>
/// <param name="Time">Virtual time from start to end.</param>
/// <param name="Recall">Share of the 20 closest living nodes of the whole network that it found, 0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SearchResult(int Hops, int Requests, TimeSpan Time, double Recall);
