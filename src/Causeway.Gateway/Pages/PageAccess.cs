using System.Buffers.Text;
using System.Security.Cryptography;
using Causeway.Gateway.Peers;

namespace Causeway.Gateway.Pages;

/// <summary>How HTTP requests show that they are one page's: its token in a header; and which browser the page is in, by a cookie.</summary>
internal sealed class PageAccess(string browser)
{
    private const int SecretLength = 18;

    /// <summary>The page's secret; lives as long as its connection.</summary>
    public string Token { get; } = NewSecret();

    /// <summary>The secret that all pages of a browser share.</summary>
    public string Browser { get; } = browser;

    /// <summary>The page's peer, while there is one.</summary>
    public PagePeer? Peer { get; set; }

    /// <summary>A fresh secret of 144 bits.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
}
