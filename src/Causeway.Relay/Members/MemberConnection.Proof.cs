using System.Buffers;
using System.Net;
using Causeway.Relay.Admission;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Relay.Members;

/// <content>Who the member is.</content>
internal sealed partial class MemberConnection
{
    private const string NotServed = "this relay does not serve this peer";

    private ServerLink? _link;
    private byte[]? _auth;
    private int _authLength;
    private int _bytesBeforeProof;

    private ReadResult ReadAuth(ReadOnlySpan<byte> payload, out int taken)
    {
        _auth ??= ArrayPool<byte>.Shared.Rent(MemberAuth.BodySize);
        taken = Math.Min(_parser.Remaining, payload.Length);
        _frames.Mask.Copy(payload[..taken], _auth.AsSpan(_authLength));
        _authLength += taken;
        _parser.Take(taken);
        if (_parser.Remaining > 0) return ReadResult.Done;
        _parser.Next();
        return ReadResult.AuthReady;
    }

    private void CountBeforeProof(int bytes)
    {
        _bytesBeforeProof += bytes;
        if (_bytesBeforeProof > RecordHeader.MaxBeforeWelcome) throw new RelayLinkException(RelayRefusalCode.Malformed, "too much was sent before the proof");
    }

    // Cheap checks first; signatures last, and only as many at a time as there are processors.
    private async Task VerifyAsync()
    {
        var link = _link!;
        var (auth, claimed) = ServerLink.Read(_auth.AsMemory(0, MemberAuth.BodySize));
        if (_core.Allowed?.Contains(claimed) == false) throw new RelayLinkException(RelayRefusalCode.NotAllowed, NotServed);
        byte[] welcome;
        await _core.Proofs.WaitAsync(_ended.Token);
        try
        {
            if (!link.IsAuthentic(auth))
            {
                _core.Metrics.AuthFailed();
                _core.Admission.Failed(_address?.Address ?? IPAddress.None);
                throw new RelayLinkException(RelayRefusalCode.NotAuthentic, "the proof does not hold");
            }

            welcome = link.Welcome(auth, claimed, new RelayWelcome
            {
                ConnectionNumber = Number,
                ObservedAddress = _address,
                BytesPerSecond = (ulong)_core.Options.BytesPerSecond,
                FramesPerSecond = (uint)_core.Options.FramesPerSecond,
                IdleLimit = (ushort)_core.Options.IdleLimit.TotalSeconds,
            });
        }
        finally
        {
            _core.Proofs.Release();
        }

        if (_core.Admission.IsClosed) throw new RelayLinkException(RelayRefusalCode.Draining, "the relay is going down");
        ReturnAuth();
        _link = null;
        Enter(claimed, welcome);
    }

    private void Enter(TunnelPeerId peer, byte[] welcome)
    {
        var now = _core.Time.GetTimestamp();
        var (frequency, options) = (_core.Time.TimestampFrequency, _core.Options);

        // A second's worth at once, and at least one record of the largest size.
        _byteQuota = new TokenBucket(options.BytesPerSecond, Math.Max(options.BytesPerSecond, RecordHeader.MaxRecord), frequency, now);
        _frameQuota = new TokenBucket(options.FramesPerSecond, Math.Max(options.FramesPerSecond, 1), frequency, now);
        Interlocked.Exchange(ref _heard, now);
        Peer = peer;
        IsProved = true;
        _core.Admission.Proved();
        _core.Metrics.Authenticated();

        // The member has answered, so all that the server has written is out. WELCOME goes first, whoever sends it: once a member has it, others can reach it.
        Outbox.Use(_output);
        if (!Outbox.TryAddControl(welcome)) throw new RelayLinkException(RelayRefusalCode.Full, "the relay is full");
        var before = _core.Members.Enter(this);
        Outbox.Flush();
        if (before is not null)
        {
            _core.Metrics.Replaced();
            before.Refuse(RelayRefusalCode.Replaced, "another connection with the same key has taken over");
        }

        RelayLog.MemberConnected(_core.Logger, peer, _address, Number);
    }

    private void ReturnAuth()
    {
        if (Interlocked.Exchange(ref _auth, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }
}
