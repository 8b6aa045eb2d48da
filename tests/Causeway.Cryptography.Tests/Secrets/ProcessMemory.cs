using System.Globalization;
using System.Runtime.InteropServices;

namespace Causeway.Cryptography.Tests.Secrets;

/// <summary>
/// Looks through all writable memory of this process for a secret, in either byte order (OpenSSL's numbers have the lowest byte first). It knows the
/// secret in a masked form only, so as not to find itself; not even registers ever hold all of it, because the kernel writes those to the stack of a
/// thread that is stopped for a collection of garbage, and there they stay.
/// </summary>
internal sealed unsafe class ProcessMemory : IDisposable
{
    private const byte Mask = 0xa5;
    private const int ChunkSize = 1 << 20;

    // So many bytes are looked for fast; where they stand, the rest is compared one by one.
    private const int PrefixSize = 4;

    private readonly byte[] _masked;
    private readonly byte* _chunk;

    /// <summary>Takes the secret to look for, and zeroes it.</summary>
    internal ProcessMemory(Span<byte> secret)
    {
        _masked = new byte[secret.Length];
        for (var i = 0; i < secret.Length; i++) _masked[i] = (byte)(secret[i] ^ Mask);
        secret.Clear();
        _chunk = (byte*)NativeMemory.AllocZeroed(ChunkSize);
    }

    /// <summary>Writes the secret to where a test needs it.</summary>
    internal void Unmask(Span<byte> destination)
    {
        for (var i = 0; i < _masked.Length; i++) destination[i] = (byte)(_masked[i] ^ Mask);
    }

    /// <summary>The number of places that hold the secret.</summary>
    internal int CountCopies()
    {
        var count = CountCopies(_masked);
        count += CountCopies([.. _masked.Reverse()]);
        new Span<byte>(_chunk, ChunkSize).Clear();
        return count;
    }

    public void Dispose() => NativeMemory.Free(_chunk);

    private int CountCopies(byte[] masked)
    {
        var count = 0;
        using var memory = File.OpenHandle("/proc/self/mem");
        foreach (var line in File.ReadAllLines("/proc/self/maps"))
        {
            var fields = line.Split(' ', 3);
            if (!fields[1].StartsWith("rw")) continue;
            var range = fields[0].Split('-').Select(hex => long.Parse(hex, NumberStyles.HexNumber)).ToArray();

            // Chunks overlap by one byte less than the secret, so that none is missed and none is seen twice.
            for (var start = range[0]; start < range[1]; start += ChunkSize - masked.Length + 1)
            {
                var chunk = new Span<byte>(_chunk, (int)Math.Min(ChunkSize, range[1] - start));
                try
                {
                    chunk = chunk[..RandomAccess.Read(memory, chunk, start)];
                }
                catch (IOException)
                {
                    break;
                }

                count += Count(chunk, masked, start);
            }
        }

        return count;
    }

    private int Count(ReadOnlySpan<byte> chunk, byte[] masked, long start)
    {
        Span<byte> prefix = stackalloc byte[PrefixSize];
        for (var i = 0; i < PrefixSize; i++) prefix[i] = (byte)(masked[i] ^ Mask);
        int count = 0, at = 0;
        for (int next; (next = chunk[at..].IndexOf(prefix)) >= 0; at += next + 1)
        {
            var address = start + at + next;
            var own = address >= (long)_chunk && address < (long)_chunk + ChunkSize;
            if (!own && IsSecret(chunk[(at + next)..], masked)) count++;
        }

        return count;
    }

    private static bool IsSecret(ReadOnlySpan<byte> place, byte[] masked)
    {
        if (place.Length < masked.Length) return false;
        for (var i = 0; i < masked.Length; i++)
        {
            if ((place[i] ^ Mask) != masked[i]) return false;
        }

        return true;
    }
}
