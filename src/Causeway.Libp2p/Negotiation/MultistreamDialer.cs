using System.Buffers;
using System.Text;

namespace Causeway.Libp2p.Negotiation;

/// <summary>The initiator's side of multistream-select, without I/O: proposes protocols one after the other until one is accepted.</summary>
internal sealed class MultistreamDialer(IReadOnlyList<string> protocols)
{
    private bool _greeted;
    private int _proposed;

    /// <summary>The protocol that the other end accepted; null while negotiating.</summary>
    public string? Selected { get; private set; }

    /// <summary>Writes the header and the first proposal.</summary>
    public void Start(IBufferWriter<byte> output)
    {
        if (protocols.Count == 0) throw new Libp2pException(Libp2pError.InvalidArgument, "Name at least one protocol to propose.");
        output.Write(MultistreamMessage.HeaderFrame);
        MultistreamMessage.WriteFrame(output, protocols[0]);
    }

    /// <summary>Takes one message and writes the next proposal where the last one was refused.</summary>
    /// <exception cref="Libp2pException">Everything was refused, or the other end broke the rules.</exception>
    public void Receive(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        if (!_greeted)
        {
            if (!message.SequenceEqual(MultistreamMessage.Header)) throw MultistreamDecoder.Violation("something other than the multistream header");
            _greeted = true;
        }
        else if (message.SequenceEqual(MultistreamMessage.NotAvailable))
        {
            if (++_proposed == protocols.Count) throw Refused(protocols);
            MultistreamMessage.WriteFrame(output, protocols[_proposed]);
        }
        else if (Encoding.UTF8.GetByteCount(protocols[_proposed]) == message.Length && Encoding.UTF8.GetString(message) == protocols[_proposed])
        {
            Selected = protocols[_proposed];
        }
        else
        {
            throw MultistreamDecoder.Violation("an answer that fits no proposal");
        }
    }

    internal static Libp2pException Refused(IEnumerable<string> protocols) =>
        new(Libp2pError.ProtocolNotSupported, $"The other end supports none of the proposed protocols: {string.Join(", ", protocols.Select(MultistreamMessage.Shorten))}.");
}
