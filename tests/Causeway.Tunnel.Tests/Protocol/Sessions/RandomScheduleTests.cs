using System.Buffers.Binary;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using static Causeway.Tunnel.Tests.Protocol.Sessions.SessionPair;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

/// <summary>
/// Traffic both ways over a network that delays up to five seconds, reorders, duplicates and loses everything, while rekeys come as often as they may and
/// their computations take any time. Whatever is delivered must open, once; and when the network mends, both ends come to one epoch.
/// </summary>
public sealed class RandomScheduleTests
{
    private static readonly SessionParameters Fast = Parameters with
    {
        HeartbeatInterval = TimeSpan.FromSeconds(300),
        RotationInterval = TimeSpan.FromSeconds(30),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(50)]
    public void A_rekey_loses_no_frame_and_both_ends_agree(int lossPercent)
    {
        var epochs = 0;
        var runs = Soak.Count(12, 1000);
        for (var run = 0; run < runs; run++) epochs += Go((run * 100) + lossPercent, lossPercent);
        Assert.True(epochs >= 2 * runs, $"Only {epochs} epochs in {runs} runs: the schedule tests too little.");
    }

    private static int Go(int seed, int lossPercent)
    {
        using var run = new Run(seed, lossPercent);
        return run.Go();
    }

    private sealed class Run(int seed, int lossPercent) : IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly List<Flight> _flights = [];
        private readonly HashSet<(Session To, long Number)> _arrived = [];
        private readonly SessionPair _pair = new(
            seed % 2 == 0 ? TunnelSuite.ChaCha20Poly1305 : TunnelSuite.Aes256Gcm,
            new SessionOptions { Random = new Repeated(seed) },
            Fast);

        private long _number;

        internal int Go()
        {
            var pair = _pair;
            for (var step = 0; step < 4000; step++)
            {
                Act();
                Assert.InRange(pair.Initiator.Epochs.Alive, 1, 2);
                Assert.InRange(pair.Responder.Epochs.Alive, 1, 2);
                Assert.InRange(pair.Initiator.Epoch - pair.Responder.Epoch, -1, 0);
            }

            var epochs = pair.Initiator.Epoch;
            while (_flights.Count > 0) Deliver(_random.Next(_flights.Count));
            for (var i = 0; i < 200 && !IsQuiet(); i++) pair.Pass(TimeSpan.FromSeconds(0.5));
            Assert.True(IsQuiet());
            RekeyTests.AssertEpoch(pair, pair.Initiator.Epoch);
            Assert.Equal(0, pair.Initiator.Dropped(OpenStatus.NotAuthentic) + pair.Responder.Dropped(OpenStatus.NotAuthentic));
            return epochs;
        }

        public void Dispose() => _pair.Dispose();

        // Not "one epoch alive": rekeys are so frequent here that the next begins when the grace of the last ends.
        private bool IsQuiet() => _pair.Initiator.Epoch == _pair.Responder.Epoch && _pair.Initiator.Epochs.SendingEpoch == _pair.Responder.Epochs.SendingEpoch;

        private void Act()
        {
            var side = _random.Next(2) == 0 ? _pair.Initiator : _pair.Responder;
            switch (_random.Next(10))
            {
                case 0 or 1 or 2:
                    var body = new byte[14];
                    BinaryPrimitives.WriteInt64BigEndian(body, ++_number);
                    Send(side, Seal(side, body), _number);
                    break;
                case 3:
                    side.RunWork();
                    break;
                case 4 or 5:
                    foreach (var payload in Control(side)) Send(side, payload, 0);
                    break;
                case 6:
                    _pair.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(1000)));
                    _pair.OnTime();
                    break;
                default:
                    if (_flights.Count > 0) Deliver(_random.Next(_flights.Count));
                    break;
            }

            // Nothing stays on the way for longer than five seconds.
            for (var i = _flights.Count - 1; i >= 0; i--)
            {
                if (_pair.Time.GetUtcNow() - _flights[i].Sent > TimeSpan.FromSeconds(5)) Deliver(i);
            }
        }

        private void Send(Session from, byte[] payload, long number)
        {
            if (_random.Next(100) < lossPercent) return;
            _flights.Add(new Flight(_pair.Other(from), payload, _pair.Time.GetUtcNow(), number));
            if (_random.Next(5) == 0) _flights.Add(_flights[^1]);
        }

        private void Deliver(int index)
        {
            var flight = _flights[index];
            _flights[index] = _flights[^1];
            _flights.RemoveAt(_flights.Count - 1);
            byte[] copy = [.. flight.Payload];
            var status = flight.To.Open(copy, out var opened);
            if (flight.Number == 0)
            {
                Assert.True(status is OpenStatus.Opened or OpenStatus.Replayed, $"{status} with seed {seed}");
                return;
            }

            Assert.Equal(_arrived.Add((flight.To, flight.Number)) ? OpenStatus.Opened : OpenStatus.Replayed, status);
            if (status == OpenStatus.Opened) Assert.Equal(flight.Number, BinaryPrimitives.ReadInt64BigEndian(opened.Body));
        }
    }

    private sealed record Flight(Session To, byte[] Payload, DateTimeOffset Sent, long Number);

    // Keys, nonces and jitter that a failing seed brings back.
    private sealed class Repeated(int seed) : RandomSource
    {
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> destination)
        {
            lock (_random) _random.NextBytes(destination);
        }
    }
}
