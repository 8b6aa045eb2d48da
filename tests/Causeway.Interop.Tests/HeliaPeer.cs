using System.Security.Cryptography;
using System.Text;

namespace Causeway.Interop.Tests;

/// <summary>An unmodified Helia in a process of its own (<c>js/helia/bitswap.mjs</c>).</summary>
internal sealed class HeliaPeer : IAsyncDisposable
{
    /// <summary>How long a file may take: a gigabyte on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int PieceLength = 64 << 10;

    private HeliaPeer(JsPeer process) => Process = process;

    public JsPeer Process { get; }

    public static async Task<HeliaPeer> StartAsync(object? options = null) =>
        new(await JsPeer.StartAsync(JsRelease.Helia, options, program: "bitswap.mjs"));

    /// <summary>The bytes that a seed stands for: the program makes the same.</summary>
    public static byte[] Content(int seed, int length)
    {
        var content = new byte[length];
        for (var i = 0; i * PieceLength < length; i++)
        {
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{i}"));
            var piece = content.AsSpan(i * PieceLength, Math.Min(PieceLength, length - (i * PieceLength)));
            for (var at = 0; at < piece.Length; at += digest.Length) digest.AsSpan(0, Math.Min(digest.Length, piece.Length - at)).CopyTo(piece[at..]);
        }

        return content;
    }

    public Task DialAsync(string address) => Process.AskAsync("dial", new { address });

    /// <summary>Imports the bytes that a seed stands for; returns the CID.</summary>
    public async Task<string> AddAsync(int seed, int bytes) => (string)(await Process.AskAsync("add", new { seed, bytes }, Patience))["cid"]!;

    /// <summary>Reads a file, from wherever it finds it; returns its length and SHA-256.</summary>
    public async Task<(long Length, string Sha256)> CatAsync(string cid)
    {
        var read = await Process.AskAsync("cat", new { cid }, Patience);
        return ((long)read["total"]!, (string)read["sha256"]!);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
