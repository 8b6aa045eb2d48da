using System.Security.Cryptography;

namespace Causeway.Cryptography.Secrets;

/// <summary>Where random bytes come from. Everything that draws keys or nonces takes one, so that tests can repeat a run exactly.</summary>
public abstract class RandomSource
{
    /// <summary>The operating system's generator. Safe to share between threads.</summary>
    public static RandomSource System { get; } = new SystemRandomSource();

    /// <summary>Fills the whole span with fresh random bytes.</summary>
    public abstract void Fill(Span<byte> destination);

    private sealed class SystemRandomSource : RandomSource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
