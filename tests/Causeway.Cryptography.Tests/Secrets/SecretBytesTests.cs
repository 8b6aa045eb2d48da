using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Tests.Secrets;

public sealed class SecretBytesTests
{
    [Fact]
    public void Disposal_zeroes_what_was_there()
    {
        var secret = new SecretBytes([1, 2, 3]);
        var view = secret.Span;
        secret.Dispose();
        secret.Dispose();

        Assert.Equal([0, 0, 0], view.ToArray());
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
        Assert.Equal(3, secret.Length);
    }

    [Fact]
    public void The_original_is_copied()
    {
        byte[] original = [1, 2, 3];
        using var secret = new SecretBytes(original);
        original[0] = 9;
        Assert.Equal([1, 2, 3], secret.Span.ToArray());
    }

    [Fact]
    public void Comparison_sees_every_byte_and_the_length()
    {
        using var secret = new SecretBytes([1, 2, 3]);
        Assert.True(secret.FixedTimeEquals([1, 2, 3]));
        Assert.False(secret.FixedTimeEquals([1, 2, 4]));
        Assert.False(secret.FixedTimeEquals([0, 2, 3]));
        Assert.False(secret.FixedTimeEquals([1, 2]));
        Assert.False(secret.FixedTimeEquals([1, 2, 3, 0]));
        Assert.False(secret.FixedTimeEquals([]));
    }

    [Fact]
    public void The_system_s_randomness_fills_all_and_never_repeats()
    {
        using SecretBytes one = SecretBytes.Random(64), two = SecretBytes.Random(64);
        Assert.False(one.FixedTimeEquals(two.Span));
        Assert.True(one.Span[..32].ContainsAnyExcept((byte)0));
        Assert.True(one.Span[32..].ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_repeated_source_repeats_the_keys()
    {
        using PrivateKey one = PrivateKey.Generate(KeyType.Ed25519, new Counting()), two = PrivateKey.Generate(KeyType.Ed25519, new Counting());
        Assert.Equal(one.ToProtobuf(), two.ToProtobuf());
        using X25519PrivateKey three = X25519PrivateKey.Generate(new Counting()), four = X25519PrivateKey.Generate(new Counting());
        Assert.Equal(three.PublicKey.ToArray(), four.PublicKey.ToArray());
    }

    [Fact]
    public void A_secp256k1_key_beyond_the_order_is_drawn_again()
    {
        var source = new Descending();
        using var key = PrivateKey.Generate(KeyType.Secp256k1, source);
        Assert.Equal(3, source.Calls);
        Assert.Equal([0x08, 0x02, 0x12, 0x20, .. Enumerable.Repeat((byte)0xfd, 32)], key.ToProtobuf());
    }

    private sealed class Counting : RandomSource
    {
        private byte _next;

        public override void Fill(Span<byte> destination)
        {
            foreach (ref var value in destination) value = _next++;
        }
    }

    // 0xff…ff and 0x00…00 are no scalars, 0xfd…fd is one.
    private sealed class Descending : RandomSource
    {
        public int Calls { get; private set; }

        public override void Fill(Span<byte> destination) => destination.Fill(Calls++ switch
        {
            0 => 0xff,
            1 => 0,
            _ => 0xfd,
        });
    }
}
