using System.Diagnostics;
using System.Text.Json;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.PostQuantum;

namespace Causeway.Bench.Peers;

/// <summary>Microseconds of CPU time per operation of our post-quantum cryptography, as one line of JSON.</summary>
internal static class PostQuantumBench
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(0.7);

    public static int Run()
    {
        byte[] message = new byte[1000], ciphertext = new byte[MlKem1024EncapsulationKey.CiphertextSize], shared = new byte[32], secret = new byte[HybridSecret.Size];
        byte[] signature = new byte[MlDsa87PublicKey.SignatureSize], hybridSignature = new byte[HybridSigningKey.SignatureSize];
        using var kem = MlKem1024DecapsulationKey.Generate();
        using var dsa = MlDsa87PrivateKey.Generate();
        using var hybrid = HybridSigningKey.Generate();
        using var ephemeral = HybridEphemeralKey.Generate();
        using var x25519 = X25519PrivateKey.Generate();
        kem.EncapsulationKey.Encapsulate(ciphertext, shared);
        dsa.Sign(message, default, signature);
        hybrid.Sign("bench"u8, message, hybridSignature);

        var results = new Dictionary<string, double>
        {
            ["ML-KEM-1024 key generation"] = Measure(() => MlKem1024DecapsulationKey.Generate().Dispose()),
            ["ML-KEM-1024 encapsulation"] = Measure(() => MlKem1024EncapsulationKey.Import(kem.EncapsulationKey.Bytes.Span).Encapsulate(ciphertext, shared)),
            ["ML-KEM-1024 decapsulation"] = Measure(() => kem.Decapsulate(ciphertext, shared)),
            ["ML-DSA-87 key generation"] = Measure(() => MlDsa87PrivateKey.Generate().Dispose()),
            ["ML-DSA-87 signature"] = Measure(() => dsa.Sign(message, default, signature)),
            ["ML-DSA-87 verification"] = Measure(() => Verify(dsa.PublicKey.Verify(message, default, signature))),
            ["hybrid signature"] = Measure(() => hybrid.Sign("bench"u8, message, hybridSignature)),
            ["hybrid verification"] = Measure(() => Verify(hybrid.PublicKey.Verify("bench"u8, message, hybridSignature))),
            ["handshake, initiator (2 signatures, 1 verification)"] = Measure(() =>
            {
                using var own = X25519PrivateKey.Generate();
                hybrid.Sign("hello"u8, message, hybridSignature);
                Verify(hybrid.PublicKey.Verify("hello"u8, message, hybridSignature));
                HybridKeyExchange.Initiate(own, ephemeral.X25519PublicKey.Span, ephemeral.EncapsulationKey, default, ciphertext, secret);
                hybrid.Sign("response"u8, message, hybridSignature);
            }),
            ["handshake, responder (1 signature, 2 verifications)"] = Measure(() =>
            {
                using var own = HybridEphemeralKey.Generate();
                hybrid.Sign("challenge"u8, message, hybridSignature);
                Verify(hybrid.PublicKey.Verify("challenge"u8, message, hybridSignature));
                own.Respond(ciphertext, x25519.PublicKey.Span, default, secret);
                Verify(hybrid.PublicKey.Verify("challenge"u8, message, hybridSignature));
            }),
        };
        Console.WriteLine(JsonSerializer.Serialize(results));
        return 0;
    }

    private static double Measure(Action operation)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < Budget;) operation();
        var count = 0;
        var before = Environment.CpuUsage.TotalTime;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Budget; count++) operation();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
    }

    private static void Verify(bool valid)
    {
        if (!valid) throw new InvalidOperationException("A good signature was refused.");
    }
}
