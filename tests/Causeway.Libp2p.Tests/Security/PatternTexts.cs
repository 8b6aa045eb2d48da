using Causeway.Libp2p.Security.Noise;

namespace Causeway.Libp2p.Tests.Security;

/// <summary>The patterns of the Noise Protocol Framework, revision 34 (sections 7.4, 7.5 and 18.1), in its own notation on one line each.</summary>
internal static class PatternTexts
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["N"] = "<s|e es",
        ["K"] = ">s <s|e es ss",
        ["X"] = "<s|e es s ss",
        ["NN"] = "|e|e ee",
        ["KN"] = ">s|e|e ee se",
        ["NK"] = "<s|e es|e ee",
        ["KK"] = ">s <s|e es ss|e ee se",
        ["NX"] = "|e|e ee s es",
        ["KX"] = ">s|e|e ee se s es",
        ["XN"] = "|e|e ee|s se",
        ["IN"] = "|e s|e ee se",
        ["XK"] = "<s|e es|e ee|s se",
        ["IK"] = "<s|e es s ss|e ee se",
        ["XX"] = "|e|e ee s es|s se",
        ["IX"] = "|e s|e ee se s es",
        ["NK1"] = "<s|e|e ee es",
        ["NX1"] = "|e|e ee s|es",
        ["X1N"] = "|e|e ee|s|se",
        ["X1K"] = "<s|e es|e ee|s|se",
        ["XK1"] = "<s|e|e ee es|s se",
        ["X1K1"] = "<s|e|e ee es|s|se",
        ["X1X"] = "|e|e ee s es|s|se",
        ["XX1"] = "|e|e ee s|es s se",
        ["X1X1"] = "|e|e ee s|es s|se",
        ["K1N"] = ">s|e|e ee|se",
        ["K1K"] = ">s <s|e es|e ee|se",
        ["KK1"] = ">s <s|e|e ee se es",
        ["K1K1"] = ">s <s|e|e ee es|se",
        ["K1X"] = ">s|e|e ee s es|se",
        ["KX1"] = ">s|e|e ee se s|es",
        ["K1X1"] = ">s|e|e ee s|se es",
        ["I1N"] = "|e s|e ee|se",
        ["I1K"] = "<s|e es s|e ee|se",
        ["IK1"] = "<s|e s|e ee se es",
        ["I1K1"] = "<s|e s|e ee es|se",
        ["I1X"] = "|e s|e ee s es|se",
        ["IX1"] = "|e s|e ee se s|es",
        ["I1X1"] = "|e s|e ee s|se es",
    };

    /// <summary>The pattern of a name such as <c>XXpsk3</c>.</summary>
    public static HandshakePattern Parse(string name)
    {
        var split = name.IndexOf("psk", StringComparison.Ordinal);
        var parts = Texts[split < 0 ? name : name[..split]].Split('|');
        var messages = parts[1..].Select(p => p.Split(' ').Select(Token).ToList()).ToList();
        if (split >= 0)
        {
            var position = int.Parse(name[(split + 3)..], null);
            if (position == 0) messages[0].Insert(0, HandshakeToken.Psk);
            else messages[position - 1].Add(HandshakeToken.Psk);
        }

        return new HandshakePattern(
            name,
            parts[0].Contains(">s", StringComparison.Ordinal) ? [HandshakeToken.S] : [],
            parts[0].Contains("<s", StringComparison.Ordinal) ? [HandshakeToken.S] : [],
            messages);
    }

    private static HandshakeToken Token(string text) => Enum.Parse<HandshakeToken>(text, ignoreCase: true);
}
