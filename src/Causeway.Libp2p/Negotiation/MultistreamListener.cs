using System.Buffers;
using System.Text;

namespace Causeway.Libp2p.Negotiation;

/// <summary>The responder's side of multistream-select, without I/O: answers proposals until one fits.</summary>
/// <param name="serves">Whether a protocol is served.</param>
/// <param name="list">All protocols served, for <c>ls</c>.</param>
internal sealed class MultistreamListener(Predicate<string> serves, Func<IEnumerable<string>> list)
{
    /// <summary>
    /// Requests answered per negotiation. A peer that proposes an honest list stays far below (GossipSub, the longest in use, has four);
    /// one that goes on is wasting our time.
    /// </summary>
    public const int MaxRounds = 32;

    private bool _greeted;
    private int _rounds;
    private string? _refused;

    /// <summary>The protocol that we accepted; null while negotiating.</summary>
    public string? Selected { get; private set; }

    /// <summary>
    /// What it means that the negotiation broke with <paramref name="error"/>. A peer that proposed optimistically goes on with data of the
    /// refused protocol, or just leaves: after a refusal that is no offence.
    /// </summary>
    public Libp2pException Explain(Libp2pException error) => _refused is null ? error : new Libp2pException(
        Libp2pError.ProtocolNotSupported, $"The other end proposed what is not served here: {MultistreamMessage.Shorten(_refused)}.", error);

    /// <summary>Takes one message and writes the answer.</summary>
    /// <exception cref="Libp2pException">The other end broke the rules or ran out of proposals.</exception>
    public void Receive(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        if (!_greeted)
        {
            if (!message.SequenceEqual(MultistreamMessage.Header)) throw MultistreamDecoder.Violation("something other than the multistream header");
            _greeted = true;
            output.Write(MultistreamMessage.HeaderFrame);
            return;
        }

        if (++_rounds > MaxRounds)
        {
            throw MultistreamDecoder.Violation($"more than {MaxRounds} requests without a protocol that is served here");
        }

        if (message.SequenceEqual(MultistreamMessage.List))
        {
            MultistreamMessage.WriteList(output, list());
            return;
        }

        var proposal = Decode(message);
        if (proposal is not null && serves(proposal))
        {
            Selected = proposal;
            MultistreamMessage.WriteFrame(output, proposal);
        }
        else
        {
            _refused = proposal ?? "something that is no protocol ID";
            output.Write(MultistreamMessage.NotAvailableFrame);
        }
    }

    private static string? Decode(ReadOnlySpan<byte> message)
    {
        // Text that is not UTF-8, or holds a newline, names nothing that could be served.
        if (message.IsEmpty || message.Contains((byte)'\n') || !System.Text.Unicode.Utf8.IsValid(message)) return null;
        if (message.SequenceEqual(MultistreamMessage.NotAvailable)) return null;
        return Encoding.UTF8.GetString(message);
    }
}
