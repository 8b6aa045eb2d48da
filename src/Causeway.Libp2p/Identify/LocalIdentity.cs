using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Identify.Wire;
using Causeway.Libp2p.Records;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Identify;

/// <summary>What we say about ourselves. The signed record is made when it is first needed and again when our addresses have changed. Thread-safe.</summary>
internal sealed class LocalIdentity(
    PrivateKey identity, PeerId self, IdentifyOptions options, Func<IReadOnlyList<Multiaddress>> addresses, Func<IEnumerable<string>> protocols, TimeProvider time)
{
    // What fits into a message beside the protocols; hosts with more addresses than this have them all in one network.
    private const int MostAddresses = 32;

    private readonly Lock _lock = new();
    private readonly ByteString _publicKey = ByteString.CopyFrom(identity.PublicKey.ToProtobuf());
    private IReadOnlyList<Multiaddress>? _sealed;
    private ByteString _record = ByteString.Empty;
    private ulong _sequence;

    /// <summary>The message for one connection, encoded.</summary>
    public byte[] MessageFor(Multiaddress observed)
    {
        // In-memory addresses mean nothing beyond this process.
        var inProcess = observed.Has("memory");
        var told = addresses().Where(address => inProcess || !address.Has("memory")).Take(MostAddresses).ToArray();
        var message = new IdentifyMessage
        {
            PublicKey = _publicKey,
            AgentVersion = options.AgentVersion,
            ProtocolVersion = options.ProtocolVersion,
            ObservedAddr = ByteString.CopyFrom(observed.Bytes.Span),
            SignedPeerRecord = RecordOf(told),
        };
        message.ListenAddrs.AddRange(told.Select(static address => ByteString.CopyFrom(address.Bytes.Span)));
        message.Protocols.AddRange(protocols().Order(StringComparer.Ordinal));
        return IdentifyCodec.Encode(message);
    }

    private ByteString RecordOf(Multiaddress[] told)
    {
        lock (_lock)
        {
            if (_sealed is not null && _sealed.SequenceEqual(told)) return _record;

            // Nanoseconds since 1970, as go-libp2p counts: an identity that moves here from there stays ahead of its old records.
            var now = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
            _sequence = Math.Max(now, _sequence + 1);
            _record = ByteString.CopyFrom(new PeerRecord(self, _sequence, told).Seal(identity));
            _sealed = told;
            return _record;
        }
    }
}
