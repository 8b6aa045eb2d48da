using System.Net;

namespace Causeway.Network.Stun;

/// <summary>
/// What a server answers, without I/O. It answers requests of the method Binding that are well-formed, and nothing else, and each with one datagram of at
/// most about twice the request's size on the wire (headers included; asserted by a test), so that it is of no use for amplification.
/// </summary>
/// <param name="pair">The server's address and port, and its other ones where it has them.</param>
internal sealed class StunResponder(StunServerEndPoint pair)
{
    private const int UnknownAttribute = 420;

    /// <summary>Answers.</summary>
    /// <param name="request">The datagram.</param>
    /// <param name="client">From where it came.</param>
    /// <param name="received">Which of the server's sockets it came to; both bits refer to the primary address and port.</param>
    /// <returns>The answer and the socket that it leaves by; null for no answer.</returns>
    public (byte[] Answer, StunChange From)? Respond(ReadOnlySpan<byte> request, IPEndPoint client, StunChange received)
    {
        if (!StunMessage.TryDecode(request, out var message) || message.Class != StunClass.Request || client.Port == 0) return null;
        var answer = new StunMessage { TransactionId = message.TransactionId, HasFingerprint = message.HasFingerprint };

        // A server without a second address does not know CHANGE-REQUEST (RFC 5780 §6.1).
        List<ushort> unknown = [.. message.UnknownAttributes];
        if (message.Change is not null && pair.Other is null) unknown.Add(StunAttribute.ChangeRequest);
        if (unknown.Count > 0) return ((answer with { Class = StunClass.Error, ErrorCode = UnknownAttribute, ErrorReason = "Unknown Attribute", UnknownAttributes = unknown }).Encode(), received);

        var from = received ^ (message.Change ?? StunChange.None);
        answer = answer with { Class = StunClass.Success, MappedAddress = client };
        if (pair.Other is not null) answer = answer with { ResponseOrigin = EndPoint(from), OtherAddress = EndPoint(received ^ (StunChange.Address | StunChange.Port)) };
        return (answer.Encode(), from);
    }

    /// <summary>The address and port of one of the four sockets: bits that are set are the other address, the other port.</summary>
    private IPEndPoint EndPoint(StunChange socket) => new(
        (socket.HasFlag(StunChange.Address) ? pair.Other! : pair.Primary).Address,
        (socket.HasFlag(StunChange.Port) ? pair.Other! : pair.Primary).Port);
}
