using System.Collections.Frozen;
using System.Text;

namespace Causeway.Multiformats.Bases;

/// <summary>base256emoji: one emoji per byte (multiformats/multibase, <c>rfcs/Base256Emoji.md</c>).</summary>
internal sealed class EmojiBase : BaseCodec
{
    // The table of the RFC, in order of the byte values 0 to 255.
    private const string Table =
        "🚀🪐☄🛰🌌🌑🌒🌓🌔🌕🌖🌗🌘🌍🌏🌎🐉☀💻🖥💾💿😂❤😍🤣😊🙏💕😭😘👍😅👏😁🔥🥰💔💖💙😢🤔😆🙄💪😉☺👌🤗💜😔😎😇🌹🤦🎉💞✌✨🤷😱😌🌸🙌" +
        "😋💗💚😏💛🙂💓🤩😄😀🖤😃💯🙈👇🎶😒🤭❣😜💋👀😪😑💥🙋😞😩😡🤪👊🥳😥🤤👉💃😳✋😚😝😴🌟😬🙃🍀🌷😻😓⭐✅🥺🌈😈🤘💦✔😣🏃💐☹🎊💘😠☝" +
        "😕🌺🎂🌻😐🖕💝🙊😹🗣💫💀👑🎵🤞😛🔴😤🌼😫⚽🤙☕🏆🤫👈😮🙆🍻🍃🐶💁😲🌿🧡🎁⚡🌞🎈❌✊👋😰🤨😶🤝🚶💰🍓💢🤟🙁🚨💨🤬✈🎀🍺🤓😙💟🌱😖👶" +
        "🥴▶➡❓💎💸⬇😨🌚🦋😷🕺⚠🙅😟😵👎🤲🤠🤧📌🔵💅🧐🐾🍒😗🤑🌊🤯🐷☎💧😯💆👆🎤🙇🍑❄🌴💣🐸💌📍🥀🤢👅💡💩👐📸👻🤐🤮🎼🥵🚩🍎🍊👼💍📣🥂";

    private static readonly string[] Emojis = [.. Table.EnumerateRunes().Select(r => r.ToString())];
    private static readonly FrozenDictionary<Rune, byte> Values =
        Table.EnumerateRunes().Select((rune, i) => (rune, i)).ToFrozenDictionary(p => p.rune, p => (byte)p.i);

    public override int MaxBytes => 1 << 16;

    public override int MaxDecodedLength(int textLength) => Math.Min(textLength, MaxBytes);

    public override string Encode(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> prefix)
    {
        CheckLength(bytes);
        var text = new StringBuilder(prefix.Length + bytes.Length * 2).Append(prefix);
        foreach (var value in bytes) text.Append(Emojis[value]);
        return text.ToString();
    }

    public override bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        while (text.Length > 0)
        {
            var status = Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            if (status != System.Buffers.OperationStatus.Done || !Values.TryGetValue(rune, out var value)) return false;
            if (written >= Math.Min(destination.Length, MaxBytes)) return false;
            destination[written++] = value;
            text = text[consumed..];
        }

        return true;
    }
}
