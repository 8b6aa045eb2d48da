using Causeway.Testing;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Rosters.Spreading;

namespace Causeway.Tunnel.Tests.Rosters;

public sealed class RosterSyncTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Dictionary<TunnelPeerId, Member> _members = [];
    private readonly List<(TunnelPeerId From, TunnelPeerId To, FrameKind Kind, byte[] Body)> _wire = [];
    private Random _random = new(1);

    [Fact]
    public void Administrators_on_both_sides_of_a_partition_come_to_the_same_roster()
    {
        for (var seed = 0; seed < Soak.Count(25, 1000); seed++)
        {
            _members.Clear();
            _wire.Clear();
            _random = new Random(seed);
            var random = new RandomHistory(seed, 50);
            var replicas = Enumerable.Range(0, 5).Select(i => Join(TestPeer.Create(50 + i), random.History.Creation)).ToArray();

            // Each has learned a part of the history; nobody all of it.
            foreach (var entry in random.History.Entries.OrderBy(e => e.Height)) _ = replicas[_random.Next(5)].Log.Add(entry);
            foreach (var entry in random.History.Entries.OrderBy(e => e.Height)) Assert.True(replicas[4].Log.Add(entry) is RosterAddResult.Added or RosterAddResult.Known);
            for (var i = 0; i < 5; i++) Connect(replicas[i], replicas[(i + 1) % 5]);
            Settle(loss: 0.2);
            var expected = random.History.Roster();
            Assert.All(replicas, r => Assert.Equal(History.Describe(expected), History.Describe(r.Log.Current)));
            Assert.All(replicas, r => Assert.Equal(expected.Digest.ToArray(), r.Log.Current.Digest.ToArray()));
            Assert.All(replicas, r => Assert.Empty(r.Accused));
        }
    }

    [Fact]
    public void A_newcomer_gets_a_long_history_in_a_few_rounds()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var last = history.Creation;
        for (var i = 0; i < 600; i++) last = history.Write(a, History.Add(TestPeer.Create(100 + i), address: i + 2), last);
        var (one, other) = (Join(a, history.Creation), Join(TestPeer.Create(2), null, history.Creation.Id));
        foreach (var entry in history.Entries) _ = one.Log.Add(entry);
        Connect(one, other);
        var messages = 0;
        for (var second = 0; second < 8; second++)
        {
            while (_wire.Count > 0)
            {
                Assert.All(_wire, m => Assert.True(m.Body.Length <= RosterMessages.MaximumEntries));
                messages += Deliver(0);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            other.Sync.OnTime();
        }

        Assert.Equal(601, other.Log.Count);
        Assert.InRange(messages, 70, 160);
    }

    [Fact]
    public void A_new_entry_reaches_everybody_at_once()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var members = Enumerable.Range(1, 4).Select(i => Join(i == 1 ? a : TestPeer.Create(i), history.Creation)).ToArray();
        for (var i = 1; i < 4; i++) Connect(members[i - 1], members[i]);
        while (_wire.Count > 0) Deliver(0);

        // Nobody but its neighbour knows the author; the others hear it from each other.
        var entry = new RosterAuthor(members[0].Log, a, _time).Add(TestPeer.Create(9).Key, "nine");
        members[0].Sync.Announce([entry]);
        while (_wire.Count > 0) Deliver(0);
        Assert.All(members, m => Assert.NotNull(m.Last!.Find("nine")));
    }

    [Fact]
    public void More_heads_than_fit_into_a_message_still_get_across()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        for (var i = 0; i < 70; i++) history.Write(a, History.Add(TestPeer.Create(100 + i)), history.Creation);
        var (one, other) = (Join(a, history.Creation), Join(TestPeer.Create(2), history.Creation));
        foreach (var entry in history.Entries) _ = one.Log.Add(entry);
        Connect(one, other);
        Settle(loss: 0, rounds: 30);
        Assert.Equal(71, other.Log.Count);
    }

    [Fact]
    public void W23_Who_sends_a_forged_entry_is_not_listened_to_for_a_minute()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var victim = Join(a, history.Creation);
        var attacker = Join(TestPeer.Create(2), history.Creation);
        Connect(victim, attacker);
        while (_wire.Count > 0) Deliver(0);
        var real = history.Write(a, History.Add(TestPeer.Create(3)), history.Creation);
        var forged = RosterEntry.Create(real.Header, History.Add(attacker.Peer, RosterRole.Administrator), attacker.Peer);
        foreach (var body in RosterMessages.WriteEntries([forged])) victim.Sync.OnMessage(attacker.Peer.Id, FrameKind.RosterEntries, body);
        Assert.Single(victim.Accused);
        Assert.Equal(1, victim.Log.Count);

        // Not even something true, and not after connecting again, until the minute is over.
        var truth = RosterMessages.WriteEntries([real]).Single();
        victim.Sync.OnMessage(attacker.Peer.Id, FrameKind.RosterEntries, truth);
        victim.Sync.Disconnected(attacker.Peer.Id);
        victim.Sync.Connected(attacker.Peer.Id);
        victim.Sync.OnDigest(attacker.Peer.Id, new byte[32]);
        victim.Sync.OnMessage(attacker.Peer.Id, FrameKind.RosterHeads, RosterMessages.WriteIds([real.Id]));
        Assert.Equal(1, victim.Log.Count);
        Assert.Empty(_wire);
        _time.Advance(TimeSpan.FromSeconds(61));
        victim.Sync.OnMessage(attacker.Peer.Id, FrameKind.RosterEntries, truth);
        Assert.Equal(2, victim.Log.Count);
    }

    [Theory]
    [InlineData(FrameKind.RosterHeads, "01")]
    [InlineData(FrameKind.RosterHeads, "")]
    [InlineData(FrameKind.RosterHeads, "0000")]
    [InlineData(FrameKind.RosterHeads, "11")]
    [InlineData(FrameKind.RosterWant, "00")]
    [InlineData(FrameKind.RosterEntries, "")]
    [InlineData(FrameKind.RosterEntries, "0000")]
    [InlineData(FrameKind.RosterEntries, "000100")]
    [InlineData(FrameKind.Join, "00")]
    public void A_malformed_message_is_misbehaviour(FrameKind kind, string hex)
    {
        var victim = Join(TestPeer.Create(1), new History(TestPeer.Create(1)).Creation);
        victim.Sync.Connected(TestPeer.Create(2).Id);
        victim.Sync.OnMessage(TestPeer.Create(2).Id, kind, Convert.FromHexString(hex));
        Assert.Single(victim.Accused);
    }

    [Fact]
    public void Orphans_are_bounded_and_their_parents_are_asked_for()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var last = history.Creation;
        List<RosterEntry> entries = [];
        for (var i = 0; i < 300; i++) entries.Add(last = history.Write(a, History.Rename(a, $"n{i}"), last));
        var victim = Join(a, history.Creation);
        var other = TestPeer.Create(2).Id;
        victim.Sync.Connected(other);
        _wire.Clear();
        foreach (var body in RosterMessages.WriteEntries(entries.Skip(1).Reverse())) victim.Sync.OnMessage(other, FrameKind.RosterEntries, body);
        Assert.Equal(1, victim.Log.Count);
        Assert.Contains(_wire, m => m.Kind == FrameKind.RosterWant);
        foreach (var body in RosterMessages.WriteEntries([.. entries[..237]])) victim.Sync.OnMessage(other, FrameKind.RosterEntries, body);
        Assert.InRange(victim.Log.Count, 238, 1 + 237 + 64);
    }

    [Fact]
    public void Who_asks_without_end_is_served_within_bounds()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var last = history.Creation;
        for (var i = 0; i < 100; i++) last = history.Write(a, History.Add(TestPeer.Create(100 + i)), last);
        var member = Join(a, history.Creation);
        foreach (var entry in history.Entries) _ = member.Log.Add(entry);
        var greedy = TestPeer.Create(2).Id;
        member.Sync.Connected(greedy);
        var want = RosterMessages.WriteIds([last.Id]);
        for (var i = 0; i < 1000; i++) member.Sync.OnMessage(greedy, FrameKind.RosterWant, want);
        Assert.InRange(_wire.Sum(m => (long)m.Body.Length), 3_000_000, 5_000_000);
        _wire.Clear();
        _time.Advance(TimeSpan.FromSeconds(1));
        member.Sync.OnMessage(greedy, FrameKind.RosterWant, want);
        Assert.NotEmpty(_wire);
    }

    [Fact]
    public void A_member_that_offers_what_it_never_sends_withholds_it_from_nobody()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var removed = TestPeer.Create(2);
        var admission = history.Write(a, History.Add(removed), history.Creation);
        var removal = history.Write(a, History.Remove(removed), admission);
        var victim = Join(TestPeer.Create(3), history.Creation);
        victim.Log.Add(admission);
        var honest = Join(a, history.Creation);
        foreach (var entry in history.Entries) _ = honest.Log.Add(entry);

        // The one that was removed was there first, and claims what removes it whenever it can.
        void Claim() => victim.Sync.OnMessage(removed.Id, FrameKind.RosterHeads, RosterMessages.WriteIds([removal.Id]));
        victim.Sync.Connected(removed.Id);
        Claim();
        Connect(victim, honest);
        for (var second = 0; second < 20; second++)
        {
            _wire.RemoveAll(m => m.To == removed.Id);
            while (_wire.Count > 0)
            {
                Deliver(0);
                _wire.RemoveAll(m => m.To == removed.Id);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            victim.Sync.OnTime();
            Claim();
        }

        Assert.Null(victim.Log.Current.Find(removed.Id));
        Assert.True(victim.Log.Contains(removal.Id));
    }

    [Fact]
    public void Who_tells_of_heads_without_end_is_asked_for_a_bounded_number()
    {
        var victim = Join(TestPeer.Create(1), new History(TestPeer.Create(1)).Creation);
        var flooder = TestPeer.Create(2).Id;
        victim.Sync.Connected(flooder);
        var ids = new byte[1 + (16 * RosterEntryId.Size)];
        ids[0] = 16;
        for (var message = 0; message < 2000; message++)
        {
            for (var i = 0; i < 16; i++)
            {
                ids[1 + (i * RosterEntryId.Size)] = (byte)i;
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(ids.AsSpan(2 + (i * RosterEntryId.Size)), message);
            }

            victim.Sync.OnMessage(flooder, FrameKind.RosterHeads, ids);
        }

        Assert.Empty(victim.Accused);
        Assert.InRange(_wire.Where(m => m.Kind == FrameKind.RosterWant).Sum(m => m.Body[0]), 16, 256);
        Assert.InRange(_wire.Count, 2, 50);
    }

    [Fact]
    public void Random_messages_do_no_harm()
    {
        var a = TestPeer.Create(1);
        var history = new History(a);
        var victim = Join(a, history.Creation);
        var entry = history.Write(a, History.Add(TestPeer.Create(3)), history.Creation);
        byte[][] bodies = [RosterMessages.WriteIds([entry.Id, history.Creation.Id]), RosterMessages.WriteEntries([entry]).Single()];
        var random = new Random(3);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var body = bodies[random.Next(2)].ToArray();
            body[random.Next(random.Next(2) == 0 ? 4 : body.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) body = body[..random.Next(body.Length)];
            var peer = TestPeer.Create(2).Id;
            victim.Sync.Connected(peer);
            victim.Sync.OnMessage(peer, (FrameKind)(0x30 + random.Next(3)), body);
            _time.Advance(TimeSpan.FromMinutes(2));
            _wire.Clear();
        }

        Assert.InRange(victim.Log.Count, 1, 2);
    }

    private Member Join(TestPeer peer, RosterEntry? creation, RosterEntryId network = default)
    {
        var member = new Member(this, peer, new RosterLog(creation?.Id ?? network, verifier: TestPeer.Verifier));
        if (creation is not null) member.Log.Add(creation);
        _members.Add(peer.Id, member);
        return member;
    }

    private static void Connect(Member one, Member other)
    {
        one.Sync.Connected(other.Peer.Id);
        other.Sync.Connected(one.Peer.Id);
    }

    // Heartbeats tell digests, messages arrive in any order, some not at all; at last none are lost.
    private void Settle(double loss, int rounds = 12)
    {
        for (var round = 0; round < rounds; round++)
        {
            while (_wire.Count > 0) Deliver(round < rounds / 2 ? loss : 0);
            _time.Advance(TimeSpan.FromSeconds(10));
            var peers = _members.Values.ToArray();
            for (var i = 0; i < peers.Length; i++)
            {
                var next = peers[(i + 1) % peers.Length];
                peers[i].Sync.OnDigest(next.Peer.Id, next.Log.Current.Digest.Span);
                next.Sync.OnDigest(peers[i].Peer.Id, peers[i].Log.Current.Digest.Span);
                peers[i].Sync.OnTime();
            }
        }

        while (_wire.Count > 0) Deliver(0);
    }

    private int Deliver(double loss)
    {
        var messages = _wire.ToArray();
        _wire.Clear();
        if (loss > 0) _random.Shuffle(messages);
        foreach (var (from, to, kind, body) in messages)
        {
            if (_random.NextDouble() >= loss) _members[to].Sync.OnMessage(from, kind, body);
        }

        return messages.Length;
    }

    private sealed class Member : IRosterSyncSink
    {
        private readonly RosterSyncTests _test;

        public Member(RosterSyncTests test, TestPeer peer, RosterLog log)
        {
            (_test, Peer, Log) = (test, peer, log);
            Sync = new RosterSync(log, this, test._time);
            Last = log.Current;
        }

        public TestPeer Peer { get; }

        public RosterLog Log { get; }

        public RosterSync Sync { get; }

        public Roster? Last { get; private set; }

        public List<string> Accused { get; } = [];

        public void Send(TunnelPeerId peer, FrameKind kind, ReadOnlySpan<byte> body) => _test._wire.Add((Peer.Id, peer, kind, body.ToArray()));

        public void Changed(Roster roster) => Last = roster;

        public void Misbehaved(TunnelPeerId peer, string what) => Accused.Add(what);
    }
}
