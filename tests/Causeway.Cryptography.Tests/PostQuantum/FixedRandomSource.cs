using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>Gives out the bytes it was made with, once.</summary>
internal sealed class FixedRandomSource(byte[] bytes) : RandomSource
{
    private int _at;

    public override void Fill(Span<byte> destination)
    {
        bytes.AsSpan(_at, destination.Length).CopyTo(destination);
        _at += destination.Length;
    }
}
