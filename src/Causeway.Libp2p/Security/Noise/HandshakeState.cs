using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>
/// A Noise handshake without I/O (The Noise Protocol Framework, section 5.3), for any pattern. Messages are written and read in turns; after a
/// failure it is of no more use. <see cref="Dispose"/> zeroes its secrets.
/// </summary>
internal sealed class HandshakeState : IDisposable
{
    /// <summary>The greatest message (section 3).</summary>
    public const int MaxMessage = 65535;

    private readonly HandshakePattern _pattern;
    private readonly ConnectionRole _role;
    private readonly HandshakeKeys _keys;
    private readonly SymmetricState _symmetric;
    private readonly byte[] _remoteStatic = new byte[X25519PrivateKey.Size];
    private readonly byte[] _remoteEphemeral = new byte[X25519PrivateKey.Size];
    private X25519PrivateKey? _ephemeral;
    private int _message;
    private int _presharedKey;

    public HandshakeState(HandshakePattern pattern, ConnectionRole role, HandshakeKeys keys)
    {
        (_pattern, _role, _keys) = (pattern, role, keys);
        keys.RemoteStatic.Span.CopyTo(_remoteStatic);
        _symmetric = new SymmetricState(pattern.ProtocolName);
        _symmetric.MixHash(keys.Prologue.Span);

        // Only static keys are known beforehand in the patterns of section 7.
        foreach (var _ in pattern.InitiatorPremessage) _symmetric.MixHash(StaticOf(ConnectionRole.Initiator));
        foreach (var _ in pattern.ResponderPremessage) _symmetric.MixHash(StaticOf(ConnectionRole.Responder));
    }

    /// <summary>Whether all messages are through.</summary>
    public bool IsComplete => _message == _pattern.Messages.Count;

    /// <summary>Whether the next message is ours.</summary>
    public bool IsOurTurn => !IsComplete && (_message % 2 == 0) == (_role == ConnectionRole.Initiator);

    /// <summary>The transcript hash.</summary>
    public ReadOnlySpan<byte> Hash => _symmetric.Hash;

    /// <summary>The other side's static key; meaningful once a message has carried it.</summary>
    public ReadOnlySpan<byte> RemoteStatic => _remoteStatic;

    /// <summary>The length of the next message, ours, with a payload of <paramref name="payloadLength"/> bytes.</summary>
    public int MessageLength(int payloadLength)
    {
        var (length, overhead) = (payloadLength, _symmetric.Overhead);
        foreach (var token in _pattern.Messages[_message])
        {
            if (token == HandshakeToken.S) length += X25519PrivateKey.Size + overhead;
            else if (token == HandshakeToken.E) length += X25519PrivateKey.Size;
            if (token is not (HandshakeToken.S or HandshakeToken.E) || (token == HandshakeToken.E && _pattern.UsesPresharedKeys)) overhead = 16;
        }

        return length + overhead;
    }

    /// <summary>Writes our next message and returns its length, which <see cref="MessageLength"/> foretold.</summary>
    public int WriteMessage(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        if (!IsOurTurn) throw new InvalidOperationException("It is not our turn to write.");
        var length = MessageLength(payload.Length);
        if (length > MaxMessage) throw new ArgumentException($"A Noise message has at most {MaxMessage} bytes, not {length}.", nameof(payload));
        var rest = destination[..length];
        foreach (var token in _pattern.Messages[_message])
        {
            switch (token)
            {
                case HandshakeToken.E:
                    _ephemeral = _keys.Ephemeral ?? X25519PrivateKey.Generate(_keys.Random);
                    _ephemeral.PublicKey.Span.CopyTo(rest);
                    MixEphemeral(_ephemeral.PublicKey.Span);
                    rest = rest[X25519PrivateKey.Size..];
                    break;
                case HandshakeToken.S:
                    rest = rest[_symmetric.EncryptAndHash(Ours(HandshakeToken.S).PublicKey.Span, rest)..];
                    break;
                default:
                    Mix(token);
                    break;
            }
        }

        _ = _symmetric.EncryptAndHash(payload, rest);
        _message++;
        return length;
    }

    /// <summary>Reads the other side's next message; writes its payload into <paramref name="payload"/> and returns the payload's length.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ProtocolViolation"/>: too short, not authentic, or with a bad key.</exception>
    public int ReadMessage(ReadOnlySpan<byte> message, Span<byte> payload)
    {
        if (IsOurTurn || IsComplete) throw new InvalidOperationException("It is not our turn to read.");
        foreach (var token in _pattern.Messages[_message])
        {
            switch (token)
            {
                case HandshakeToken.E:
                    Take(ref message, X25519PrivateKey.Size).CopyTo(_remoteEphemeral);
                    MixEphemeral(_remoteEphemeral);
                    break;
                case HandshakeToken.S:
                    var sealedKey = Take(ref message, X25519PrivateKey.Size + _symmetric.Overhead);
                    if (_symmetric.DecryptAndHash(sealedKey, _remoteStatic) < 0) throw Failed("the other end's static key is not authentic");
                    break;
                default:
                    Mix(token);
                    break;
            }
        }

        var length = _symmetric.DecryptAndHash(message, payload);
        if (length < 0) throw Failed("a message is not authentic");
        _message++;
        return length;
    }

    /// <summary>The transport ciphers, ours to send and ours to receive with. Call once, after the last message.</summary>
    public (CipherState Send, CipherState Receive) Split()
    {
        if (!IsComplete) throw new InvalidOperationException("The handshake is not complete.");
        var (initiator, responder) = _symmetric.Split();
        return _role == ConnectionRole.Initiator ? (initiator, responder) : (responder, initiator);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ephemeral?.Dispose();
        _symmetric.Dispose();
    }

    internal static Libp2pException Failed(string why, Exception? cause = null) =>
        new(Libp2pError.ProtocolViolation, $"The Noise handshake failed: {why}.", cause);

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message, int length)
    {
        if (message.Length < length) throw Failed("a message is too short");
        var taken = message[..length];
        message = message[length..];
        return taken;
    }

    private void MixEphemeral(ReadOnlySpan<byte> publicKey)
    {
        _symmetric.MixHash(publicKey);
        if (_pattern.UsesPresharedKeys) _symmetric.MixKey(publicKey);
    }

    // A DH token names the initiator's key first.
    private void Mix(HandshakeToken token)
    {
        if (token == HandshakeToken.Psk)
        {
            _symmetric.MixKeyAndHash(_keys.PresharedKeys[_presharedKey++].Span);
            return;
        }

        var initiator = token is HandshakeToken.EE or HandshakeToken.ES ? HandshakeToken.E : HandshakeToken.S;
        var responder = token is HandshakeToken.EE or HandshakeToken.SE ? HandshakeToken.E : HandshakeToken.S;
        var (ours, theirs) = _role == ConnectionRole.Initiator ? (initiator, responder) : (responder, initiator);
        Span<byte> secret = stackalloc byte[X25519PrivateKey.Size];
        try
        {
            Ours(ours).Derive(theirs == HandshakeToken.E ? _remoteEphemeral : _remoteStatic, secret);
            _symmetric.MixKey(secret);
        }
        catch (CryptographicException e)
        {
            throw Failed("the other end's key is of small order", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private X25519PrivateKey Ours(HandshakeToken token) =>
        (token == HandshakeToken.E ? _ephemeral : _keys.Static) ?? throw new InvalidOperationException($"The pattern {_pattern.Name} needs a key that was not given.");

    private ReadOnlySpan<byte> StaticOf(ConnectionRole role) => role == _role ? Ours(HandshakeToken.S).PublicKey.Span : _remoteStatic;
}
