using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.Stun;

/// <summary>Receives one datagram, from anyone.</summary>
internal delegate ValueTask<SocketReceiveFromResult> StunReceive(Socket socket, Memory<byte> buffer, EndPoint anyone, CancellationToken cancellationToken);
