using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary><c>docs/protocol/tunnel-roster-vectors.json</c>, by which another implementation can check §5 to §7: everything in it follows from what is in it.</summary>
public sealed class RosterVectorTests
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string FilePath
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Causeway.slnx"))) directory = directory.Parent;
            return Path.Combine(directory!.FullName, "docs", "protocol", "tunnel-roster-vectors.json");
        }
    }

    [Fact]
    public void The_vectors_are_what_this_implementation_computes() => Assert.Equal(File.ReadAllText(FilePath), Compute());

    [Fact(Explicit = true)]
    public void Write_the_vectors() => File.WriteAllText(FilePath, Compute());

    private static string Compute()
    {
        using var one = Key(1);
        using var two = Key(2);
        using var three = Key(3);
        HybridSigningKey[] keys = [one, two, three];
        var signers = keys.Select(k => new HybridRosterSignatures(k)).ToArray();
        Assert.True(RosterSubnet.TryParse("10.10.10.0/24", out var subnet));
        var relays = new[] { "wss://relay.example/" };
        var create = RosterEntry.Create(
            new RosterEntryHeader(default, signers[0].Key.PeerId, 0, Time(0), []),
            new RosterChange.CreateNetwork("home", subnet, signers[0].Key, "one", subnet.Host(1), relays), signers[0]);
        var add = Write(signers[0], new RosterChange.AddMember(signers[1].Key, "two", subnet.Host(2), RosterRole.Administrator), create);
        var addMember = Write(signers[1], new RosterChange.AddMember(signers[2].Key, "three", subnet.Host(3), RosterRole.Member), add);

        // Beside each other: the senior's removal stands, and what the removed does meanwhile does not.
        var removal = Write(signers[0], new RosterChange.RemoveMember(signers[1].Key.PeerId), addMember);
        var answer = Write(signers[1], new RosterChange.RemoveMember(signers[0].Key.PeerId), addMember);
        var rename = Write(signers[1], new RosterChange.SetName(signers[2].Key.PeerId, "mine"), addMember);
        var address = Write(signers[0], new RosterChange.SetAddress(signers[2].Key.PeerId, subnet.Host(9)), removal, rename);
        RosterEntry[] entries = [create, add, addMember, removal, answer, rename, address];
        var log = new RosterLog(create.Id);
        foreach (var entry in entries) Assert.Equal(RosterAddResult.Added, log.Add(entry));

        using var token = InvitationToken.Create(
            create.Id, "home", signers[0].Key.PeerId, DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), relays, new Counting());
        using var proof = token.CreateProof();
        var mac = new byte[32];
        proof.ComputeMac("HELLO up to and with the invitation ID"u8, mac);
        return JsonSerializer.Serialize(
            new JsonObject
            {
                ["keys"] = new JsonArray([.. keys.Select((k, i) => (JsonNode)new JsonObject
                {
                    ["seed (ML-DSA-87, Ed25519)"] = Convert.ToHexStringLower(Seed(i + 1)),
                    ["peer ID"] = TunnelPeerId.Read(k.PublicKey.Fingerprint.Span).ToString(),
                })]),
                ["entries without signatures"] = new JsonArray([.. entries.Select(e => (JsonNode)new JsonObject
                {
                    ["operation"] = e.Change.Operation.ToString().ToUpperInvariant(),
                    ["ID"] = e.Id.ToString(),
                    ["bytes"] = Convert.ToHexStringLower(e.Unsigned.Span),
                    ["holds"] = log.Holds(e.Id),
                })]),
                ["roster"] = new JsonObject
                {
                    ["digest"] = Convert.ToHexStringLower(log.Current.Digest.Span),
                    ["members"] = new JsonArray([.. log.Current.Members.Select(m => (JsonNode)new JsonObject
                    {
                        ["peer ID"] = m.PeerId.ToString(),
                        ["name"] = m.Name,
                        ["role"] = (int)m.Role,
                        ["IPv4"] = m.IPv4?.ToString(),
                        ["IPv6"] = m.IPv6.ToString(),
                        ["MAC"] = m.Mac.ToString(),
                    })]),
                },
                ["invitation"] = new JsonObject
                {
                    ["token"] = token.ToString(),
                    ["token for QR codes"] = token.ToCapitals(),
                    ["secret"] = Convert.ToHexStringLower([.. Enumerable.Range(0, 32).Select(i => (byte)i)]),
                    ["ID"] = Convert.ToHexStringLower(proof.Id),
                    ["MAC over the ASCII text 'HELLO up to and with the invitation ID'"] = Convert.ToHexStringLower(mac),
                },
            },
            Layout) + "\n";

        RosterEntry Write(HybridRosterSignatures signer, RosterChange change, params RosterEntry[] parents) => RosterEntry.Create(
            new RosterEntryHeader(create.Id, signer.Key.PeerId, parents.Max(p => p.Height) + 1, Time((int)parents.Max(p => p.Height) + 1), [.. parents.Select(p => p.Id).Order()]), change, signer);
    }

    private static DateTimeOffset Time(int second) => DateTimeOffset.FromUnixTimeSeconds(1_800_000_000 + second);

    private static byte[] Seed(int number) => [.. SHA256.HashData([(byte)number]), .. SHA256.HashData([(byte)number, 0])];

    private static HybridSigningKey Key(int number) => HybridSigningKey.FromSeed(Seed(number));

    private sealed class Counting : RandomSource
    {
        public override void Fill(Span<byte> destination)
        {
            for (var i = 0; i < destination.Length; i++) destination[i] = (byte)i;
        }
    }
}
