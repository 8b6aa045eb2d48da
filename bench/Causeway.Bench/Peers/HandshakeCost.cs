namespace Causeway.Bench.Peers;

/// <summary>What one handshake took.</summary>
/// <param name="Initiator">CPU time of the initiator, in milliseconds.</param>
/// <param name="Responder">CPU time of the responder, in milliseconds.</param>
/// <param name="Bytes">Bytes through the relay, with the headers of DATA records.</param>
/// <param name="Messages">Messages through the relay.</param>
internal sealed record HandshakeCost(double Initiator, double Responder, int Bytes, int Messages);
