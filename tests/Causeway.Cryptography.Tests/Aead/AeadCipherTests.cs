using Causeway.Cryptography.Aead;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Cryptography.Tests.Aead;

public sealed class AeadCipherTests
{
    public static TheoryData<string, int> Ciphers => new() { { "ChaCha20-Poly1305", 32 }, { "AES-GCM", 16 }, { "AES-GCM", 32 } };

    [Fact]
    public void ChaCha20_Poly1305_seals_as_RFC_8439_section_2_8_2()
    {
        var plaintext = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."u8;
        AssertVector(
            "ChaCha20-Poly1305",
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            "070000004041424344454647",
            Convert.ToHexStringLower(plaintext),
            "50515253c0c1c2c3c4c5c6c7",
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c98"
            + "03aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");
    }

    [Fact]
    public void ChaCha20_Poly1305_opens_as_RFC_8439_appendix_A_5() => AssertVector(
        "ChaCha20-Poly1305",
        "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
        "000000000102030405060708",
        "496e7465726e65742d4472616674732061726520647261667420646f63756d656e74732076616c696420666f722061206d6178696d756d206f6620736978206d6f6e74687320616e6420"
        + "6d617920626520757064617465642c207265706c616365642c206f72206f62736f6c65746564206279206f7468657220646f63756d656e747320617420616e792074696d652e20497420"
        + "697320696e617070726f70726961746520746f2075736520496e7465726e65742d447261667473206173207265666572656e6365206d6174657269616c206f7220746f20636974652074"
        + "68656d206f74686572207468616e206173202fe2809c776f726b20696e2070726f67726573732e2fe2809d",
        "f33388860000000000004e91",
        "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8"
        + "a84abd0b948114ad176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a4"
        + "0433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a672762709"
        + "7a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38");

    // The GCM submission to NIST (McGrew and Viega), test cases 4 and 16.
    [Theory]
    [InlineData("feffe9928665731c6d6a8f9467308308", "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47")]
    [InlineData("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b")]
    public void AES_GCM_seals_as_its_submission(string key, string sealedData) => AssertVector(
        "AES-GCM",
        key,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        sealedData);

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void What_is_sealed_opens_in_place_and_apart_at_any_length(string name, int keySize)
    {
        using var cipher = Create(name, new byte[keySize]);
        var bytes = ArbMap.Default.GeneratorFor<byte[]>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Soak.Count(300, 20_000)), Prop.ForAll(bytes.Two().ToArbitrary(), pair =>
        {
            var (plaintext, associated) = pair;
            byte[] nonce = new byte[12], apart = new byte[plaintext.Length + 16], opened = new byte[plaintext.Length];
            byte[] inPlace = [.. plaintext, .. new byte[16]];
            cipher.Seal(nonce, plaintext, apart, associated);
            cipher.Seal(nonce, inPlace.AsSpan(0, plaintext.Length), inPlace, associated);
            return apart.AsSpan().SequenceEqual(inPlace)
                && cipher.TryOpen(nonce, apart, opened, associated) && opened.AsSpan().SequenceEqual(plaintext)
                && cipher.TryOpen(nonce, inPlace, inPlace.AsSpan(0, plaintext.Length), associated)
                && inPlace.AsSpan(0, plaintext.Length).SequenceEqual(plaintext);
        }));
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void Nothing_altered_opens_and_what_was_decrypted_is_zeroed(string name, int keySize)
    {
        using var cipher = Create(name, new byte[keySize]);
        byte[] nonce = new byte[12], associated = [1, 2, 3], plaintext = new byte[40], sealedData = new byte[56];
        cipher.Seal(nonce, plaintext, sealedData, associated);
        Assert.True(cipher.TryOpen(nonce, sealedData, plaintext, associated));

        foreach (var part in new[] { nonce, associated, sealedData })
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                plaintext.AsSpan().Fill(1);
                Assert.False(cipher.TryOpen(nonce, sealedData, plaintext, associated));
                Assert.DoesNotContain(plaintext, b => b != 0);
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.False(cipher.TryOpen(nonce, sealedData, plaintext));
        Assert.False(cipher.TryOpen(nonce, sealedData.AsSpan(0, 55), plaintext.AsSpan(0, 39), associated));
        Assert.False(cipher.TryOpen(nonce, sealedData.AsSpan(0, 15), default, associated));
        using var other = Create(name, [.. new byte[keySize - 1], 1]);
        Assert.False(other.TryOpen(nonce, sealedData, plaintext, associated));
        Assert.True(cipher.TryOpen(nonce, sealedData, plaintext, associated));
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void Lengths_that_do_not_fit_are_refused(string name, int keySize)
    {
        using var cipher = Create(name, new byte[keySize]);
        Assert.Equal(keySize, cipher.KeySize);
        Assert.Throws<ArgumentException>(() => cipher.Seal(new byte[12], new byte[10], new byte[25]));
        Assert.Throws<ArgumentException>(() => cipher.Seal(new byte[12], new byte[10], new byte[27]));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(new byte[12], new byte[26], new byte[11]));
        Assert.Throws<ArgumentException>(() => cipher.Seal(new byte[11], new byte[10], new byte[26]));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(new byte[13], new byte[26], new byte[10]));
    }

    [Theory]
    [InlineData("ChaCha20-Poly1305", 31)]
    [InlineData("ChaCha20-Poly1305", 16)]
    [InlineData("AES-GCM", 24)]
    [InlineData("AES-GCM", 0)]
    public void Keys_of_other_lengths_are_refused(string name, int keySize) =>
        Assert.Throws<ArgumentException>(() => Create(name, new byte[keySize]));

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_disposed_cipher_does_nothing(string name, int keySize)
    {
        var cipher = Create(name, new byte[keySize]);
        cipher.Dispose();
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.Seal(new byte[12], new byte[10], new byte[26]));
        Assert.Throws<ObjectDisposedException>(() => cipher.TryOpen(new byte[12], new byte[26], new byte[10]));
    }

    private static AeadCipher Create(string name, byte[] key) => name == "AES-GCM" ? new AesGcmCipher(key) : new ChaCha20Poly1305Cipher(key);

    private static void AssertVector(string name, string key, string nonce, string plaintext, string associated, string sealedData)
    {
        using var cipher = Create(name, Convert.FromHexString(key));
        var actual = new byte[sealedData.Length / 2];
        cipher.Seal(Convert.FromHexString(nonce), Convert.FromHexString(plaintext), actual, Convert.FromHexString(associated));
        Assert.Equal(sealedData, Convert.ToHexStringLower(actual));

        var opened = new byte[plaintext.Length / 2];
        Assert.True(cipher.TryOpen(Convert.FromHexString(nonce), actual, opened, Convert.FromHexString(associated)));
        Assert.Equal(plaintext, Convert.ToHexStringLower(opened));
    }
}
