using System.Diagnostics.CodeAnalysis;
using System.Text;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Records.Wire;
using Google.Protobuf;

namespace Causeway.Libp2p.Records;

/// <summary>A payload with its signature and the key that made it (libp2p RFC 0002).</summary>
public sealed record SignedEnvelope
{
    /// <summary>Envelopes larger than this (bytes) are not looked at.</summary>
    public const int MaxSize = 64 * 1024;

    private SignedEnvelope(PublicKey key, ReadOnlyMemory<byte> payloadType, ReadOnlyMemory<byte> payload)
    {
        Key = key;
        PayloadType = payloadType;
        Payload = payload;
    }

    /// <summary>The signer's key.</summary>
    public PublicKey Key { get; }

    /// <summary>What the payload is (a multicodec).</summary>
    public ReadOnlyMemory<byte> PayloadType { get; }

    /// <summary>The signed bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Signs <paramref name="payload"/> for one purpose and returns the encoded envelope.</summary>
    /// <param name="key">The signer.</param>
    /// <param name="domain">The purpose: a signature made in one domain is not valid in another.</param>
    /// <param name="payloadType">What the payload is.</param>
    /// <param name="payload">The bytes to sign.</param>
    public static byte[] Seal(PrivateKey key, string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload) => new Envelope
    {
        PublicKey = ByteString.CopyFrom(key.PublicKey.ToProtobuf()),
        PayloadType = ByteString.CopyFrom(payloadType),
        Payload = ByteString.CopyFrom(payload),
        Signature = ByteString.CopyFrom(key.Sign(ToBeSigned(domain, payloadType, payload))),
    }.ToByteArray();

    /// <summary>Decodes and verifies. False for anything but a well-formed envelope with a valid signature in <paramref name="domain"/>.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> encoded, string domain, [NotNullWhen(true)] out SignedEnvelope? envelope)
    {
        envelope = null;
        if (encoded.Length > MaxSize) return false;
        try
        {
            var wire = Envelope.Parser.ParseFrom(encoded);
            var key = PublicKey.FromProtobuf(wire.PublicKey.Span);
            if (!key.Verify(ToBeSigned(domain, wire.PayloadType.Span, wire.Payload.Span), wire.Signature.Span)) return false;
            envelope = new SignedEnvelope(key, wire.PayloadType.Memory, wire.Payload.Memory);
            return true;
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or FormatException)
        {
            return false;
        }
    }

    // RFC 0002, "Signature Production / Verification": each part behind its length as an unsigned varint.
    private static byte[] ToBeSigned(string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        var domainLength = Encoding.UTF8.GetByteCount(domain);
        var buffer = new byte[15 + domainLength + payloadType.Length + payload.Length];
        var at = WriteLength(buffer, 0, domainLength);
        at += Encoding.UTF8.GetBytes(domain, buffer.AsSpan(at));
        at = WriteLength(buffer, at, payloadType.Length);
        payloadType.CopyTo(buffer.AsSpan(at));
        at = WriteLength(buffer, at + payloadType.Length, payload.Length);
        payload.CopyTo(buffer.AsSpan(at));
        return buffer[..(at + payload.Length)];
    }

    private static int WriteLength(byte[] buffer, int at, int length)
    {
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7) buffer[at++] = (byte)(rest | 0x80);
        buffer[at++] = (byte)rest;
        return at;
    }
}
