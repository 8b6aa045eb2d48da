using System.Collections.Immutable;
using System.Net;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>
/// What RESPONSE proposes and ESTABLISHED settles, and what each side says of itself (docs/protocol/tunnel.md §3.1). Always 512 bytes, so that the
/// size tells nothing.
/// </summary>
public sealed record HandshakeParameters
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 512;

    /// <summary>The length in bytes of a listener's certificate hash, a SHA-256.</summary>
    public const int CertificateHashSize = 32;

    /// <summary>The most candidates that one side can name.</summary>
    public const int MaxCandidates = 20;

    /// <summary>The MTU of the inner segment in bytes, 1280…9000. Default: 1500.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>The heartbeat interval in whole seconds, 5…300. Default: 30.</summary>
    public int HeartbeatSeconds { get; init; } = 30;

    /// <summary>The key-rotation interval in whole seconds, 30…86 400. Default: 300.</summary>
    public int RotationSeconds { get; init; } = 300;

    /// <summary>The sender's address as its relay saw it, or none.</summary>
    public IPEndPoint? ObservedAddress { get; init; }

    /// <summary>Whether the sender can leave the relay for a direct path.</summary>
    public bool SupportsDirect { get; init; }

    /// <summary>The SHA-256 of the certificate of the sender's listener, 32 bytes, or empty: no listener.</summary>
    public ImmutableArray<byte> ListenerCertificateHash { get; init; } = [];

    /// <summary>Where the sender may be reached directly; at most 20.</summary>
    public ImmutableArray<Candidate> Candidates { get; init; } = [];

    /// <summary>Whether all values are in their ranges.</summary>
    public bool IsValid =>
        Mtu is >= SessionParameters.MinMtu and <= SessionParameters.MaxMtu && HeartbeatSeconds is >= 5 and <= 300 && RotationSeconds is >= 30 and <= 86_400
        && ListenerCertificateHash.Length is 0 or CertificateHashSize && Candidates.Length <= MaxCandidates
        && Candidates.All(c => c.Kind is >= CandidateKind.Host and <= CandidateKind.Configured);

    /// <summary>Reads 512 bytes; false if they are not exactly one valid set.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out HandshakeParameters parameters)
    {
        var reader = new WireReader(bytes);
        reader.Require(bytes.Length == Size);
        var mtu = reader.UInt16();
        var heartbeat = reader.UInt16();
        var rotation = reader.UInt32();
        reader.Require(WireAddress.TryRead(reader.Bytes(WireAddress.Size), out var observed));
        var direct = reader.Byte();
        reader.Require(direct <= 1 && rotation <= int.MaxValue);
        var hash = reader.Bytes(CertificateHashSize);
        var count = reader.Byte();
        reader.Require(count <= MaxCandidates);
        var candidates = ImmutableArray.CreateBuilder<Candidate>(reader.Failed ? 0 : count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var kind = (CandidateKind)reader.Byte();
            reader.Require(WireAddress.TryRead(reader.Bytes(WireAddress.Size), out var address) && address is not null);
            if (address is not null) candidates.Add(new Candidate(kind, address));
        }

        reader.Zeros(reader.Remaining);
        parameters = new HandshakeParameters
        {
            Mtu = mtu,
            HeartbeatSeconds = heartbeat,
            RotationSeconds = reader.Failed ? 0 : (int)rotation,
            ObservedAddress = observed,
            SupportsDirect = direct == 1,
            ListenerCertificateHash = hash.ContainsAnyExcept((byte)0) ? [.. hash] : [],
            Candidates = candidates.ToImmutable(),
        };
        return reader.IsComplete && parameters.IsValid;
    }

    /// <summary>Writes 512 bytes.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or the buffer too small.</exception>
    public void Write(Span<byte> destination)
    {
        if (!IsValid) throw new ArgumentException("A parameter of the handshake is out of its range.");
        destination = destination[..Size];
        destination.Clear();
        var writer = new WireWriter(destination);
        writer.UInt16((ushort)Mtu);
        writer.UInt16((ushort)HeartbeatSeconds);
        writer.UInt32((uint)RotationSeconds);
        WireAddress.Write(writer.Reserve(WireAddress.Size), ObservedAddress);
        writer.Byte(SupportsDirect ? (byte)1 : (byte)0);
        ListenerCertificateHash.AsSpan().CopyTo(writer.Reserve(CertificateHashSize));
        writer.Byte((byte)Candidates.Length);
        foreach (var candidate in Candidates)
        {
            writer.Byte((byte)candidate.Kind);
            WireAddress.Write(writer.Reserve(WireAddress.Size), candidate.Address);
        }
    }

    /// <summary>What the responder answers to a proposal: its own addresses, and the smaller of the numbers.</summary>
    public HandshakeParameters AnswerTo(HandshakeParameters proposal) => this with
    {
        Mtu = Math.Min(Mtu, proposal.Mtu),
        HeartbeatSeconds = Math.Min(HeartbeatSeconds, proposal.HeartbeatSeconds),
        RotationSeconds = Math.Min(RotationSeconds, proposal.RotationSeconds),
    };

    /// <summary>Whether an answer stays within this proposal.</summary>
    public bool Allows(HandshakeParameters answer) =>
        answer.Mtu <= Mtu && answer.HeartbeatSeconds <= HeartbeatSeconds && answer.RotationSeconds <= RotationSeconds;

    /// <summary>What a session under these parameters is told.</summary>
    public SessionParameters ForSession(bool offload) => new()
    {
        Mtu = Mtu,
        HeartbeatInterval = TimeSpan.FromSeconds(HeartbeatSeconds),
        RotationInterval = TimeSpan.FromSeconds(RotationSeconds),
        Offload = offload,
    };
}
