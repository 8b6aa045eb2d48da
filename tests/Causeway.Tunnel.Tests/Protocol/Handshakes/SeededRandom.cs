using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>Bytes that look random and are the same in every run: SHA-512 of a text and a counter.</summary>
internal sealed class SeededRandom : RandomSource
{
    private readonly byte[] _seed;
    private readonly Lock _lock = new();
    private ulong _block;

    public SeededRandom(string seed) => _seed = SHA512.HashData(Encoding.UTF8.GetBytes(seed));

    public override void Fill(Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[_seed.Length + sizeof(ulong)];
        Span<byte> block = stackalloc byte[SHA512.HashSizeInBytes];
        _seed.CopyTo(input);
        lock (_lock)
        {
            while (!destination.IsEmpty)
            {
                BitConverter.TryWriteBytes(input[_seed.Length..], _block++);
                SHA512.HashData(input, block);
                var count = Math.Min(block.Length, destination.Length);
                block[..count].CopyTo(destination);
                destination = destination[count..];
            }
        }
    }
}
