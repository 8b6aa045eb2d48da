using System.Net;

namespace Causeway.Network.Stun;

/// <summary>Where a <see cref="StunServer"/> listens.</summary>
/// <param name="Primary">The address and port that clients know. On a machine with several addresses name one: from the unspecified address answers may leave with another than was asked.</param>
/// <param name="Other">A second address and port, for behaviour discovery (RFC 5780): both differ from the first ones, and the server listens at all four combinations. Null for plain STUN.</param>
public sealed record StunServerEndPoint(IPEndPoint Primary, IPEndPoint? Other = null);
