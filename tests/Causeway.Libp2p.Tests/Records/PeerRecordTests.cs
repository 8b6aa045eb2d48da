using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Records;
using Causeway.Libp2p.Records.Wire;
using Google.Protobuf;

namespace Causeway.Libp2p.Tests.Records;

public sealed class PeerRecordTests
{
    // Domain and payload type as in go-libp2p, core/peer/record.go.
    private const string Domain = "libp2p-peer-record";
    private static readonly byte[] PayloadType = [0x03, 0x01];

    [Fact]
    public void A_record_round_trips()
    {
        var (key, peer) = Some.NewIdentity();
        var record = new PeerRecord(peer, 42, Some.Addresses("/ip4/192.0.2.0/tcp/42", "/ip6/2001:db8::1/tcp/42"));
        Assert.True(PeerRecord.TryOpen(record.Seal(key), out var opened, out var signer));
        Assert.Equal((peer, 42UL), (opened.Peer, opened.Sequence));
        Assert.Equal(record.Addresses, opened.Addresses);
        Assert.Equal(key.PublicKey, signer);
    }

    [Fact]
    public void The_wire_form_is_that_of_the_other_implementations()
    {
        var key = PrivateKey.FromProtobuf(Convert.FromBase64String(
            "CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="));
        var peer = Causeway.Multiformats.PeerId.FromPublicKey(key.PublicKey);
        var envelope = Envelope.Parser.ParseFrom(new PeerRecord(peer, 1, Some.Addresses("/ip4/127.0.0.1/tcp/1")).Seal(key));
        Assert.Equal(PayloadType, envelope.PayloadType.ToByteArray());

        // Field 1: the 38-byte peer ID; field 2: sequence 1; field 3: a message with the multiaddr 04 7f000001 06 0001 in its field 1.
        Assert.Equal(
            "0A26" + Convert.ToHexString(peer.Bytes.Span) + "1001" + "1A0A" + "0A08" + "047F000001060001",
            Convert.ToHexString(envelope.Payload.Span));
    }

    [Fact]
    public void A_record_about_someone_else_is_refused()
    {
        var (key, _) = Some.NewIdentity();
        var other = Some.NewPeer();
        Assert.Throws<ArgumentException>(() => new PeerRecord(other, 1, []).Seal(key));
        var wire = new PeerRecordMessage { PeerId = ByteString.CopyFrom(other.Bytes.Span), Seq = 1 };
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, PayloadType, wire.ToByteArray()), out _, out _));
    }

    [Fact]
    public void Another_payload_type_or_a_malformed_payload_is_refused()
    {
        var (key, peer) = Some.NewIdentity();
        var wire = new PeerRecordMessage { PeerId = ByteString.CopyFrom(peer.Bytes.Span), Seq = 1 }.ToByteArray();
        Assert.True(PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, PayloadType, wire), out _, out _));
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, [0x03, 0x02], wire), out _, out _));
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, PayloadType, [0x0A, 0xFF]), out _, out _));
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, PayloadType, []), out _, out _));
    }

    [Fact]
    public void Addresses_that_we_cannot_read_are_left_out()
    {
        var (key, peer) = Some.NewIdentity();
        var wire = new PeerRecordMessage { PeerId = ByteString.CopyFrom(peer.Bytes.Span), Seq = 1 };
        wire.Addresses.Add(new PeerRecordMessage.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(0xFF, 0xFF, 0x03) });
        wire.Addresses.Add(new PeerRecordMessage.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(Some.Address("/ip4/1.2.3.4/tcp/5").Bytes.Span) });
        Assert.True(PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, PayloadType, wire.ToByteArray()), out var record, out _));
        Assert.Equal(Some.Addresses("/ip4/1.2.3.4/tcp/5"), record.Addresses);
    }

    [Fact]
    public void Payloads_of_any_content_never_throw()
    {
        var (key, peer) = Some.NewIdentity();
        var good = new PeerRecordMessage { PeerId = ByteString.CopyFrom(peer.Bytes.Span), Seq = 1 };
        good.Addresses.Add(new PeerRecordMessage.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(Some.Address("/ip4/1.2.3.4/tcp/5").Bytes.Span) });
        var random = new Random(21);
        for (var i = 0; i < Soak.Count(5_000, 1_000_000); i++)
        {
            var payload = SignedEnvelopeTests.Mutate(good.ToByteArray(), random);
            if (PeerRecord.TryOpen(SignedEnvelope.Seal(key, Domain, PayloadType, payload), out var record, out _)) Assert.Equal(peer, record.Peer);
        }
    }
}
