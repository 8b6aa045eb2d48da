using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// Checks messages by the StrictSign policy: author, sequence number and signature are there, the key is the author's, the signature is
/// the key's. Thread-safe.
/// </summary>
internal static class MessageVerifier
{
    private const int SequenceLength = 8;

    /// <summary>Verifies; on success <see cref="GossipMessage.Author"/> is set.</summary>
    public static bool Verify(GossipMessage message)
    {
        if (!message.Signature.IsPresent || message.SequenceNumber.Length != SequenceLength) return false;
        if (VerifiedMessages.Shared.Find(message) is { } known)
        {
            message.Author = known;
            return true;
        }

        var raw = message.Raw.Span;
        if (AuthorCache.Shared.Find(message.From.Of(raw)) is not { } author || KeyOf(author, message) is not { } key) return false;
        using var text = new SignedText(raw, message.SignedLength, message.Unknown);
        if (!key.Verify(text.Span, message.Signature.Of(raw))) return false;
        message.Author = author;
        VerifiedMessages.Shared.Add(message);
        return true;
    }

    private static PublicKey? KeyOf(PeerId author, GossipMessage message)
    {
        if (MessageIdForms.EmbedsKey(author.Bytes.Span))
        {
            // A key that comes along although the author's ID embeds it (js-libp2p always sends it) must be that key.
            if (message.Key.IsPresent && !message.Key.Of(message.Raw.Span).SequenceEqual(author.Bytes.Span[2..])) return null;
            return author.TryGetPublicKey(out var inline) ? inline : null;
        }

        return message.Key.Length > 0 ? AuthorCache.Shared.FindKey(author, message.Key.Of(message.Raw.Span)) : null;
    }
}
