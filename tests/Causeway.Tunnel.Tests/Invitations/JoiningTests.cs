using Causeway.Cryptography.Hybrid;
using Causeway.Testing;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Rosters.Spreading;

namespace Causeway.Tunnel.Tests.Invitations;

public sealed class JoiningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-invitations-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly HybridSigningKey _administrator = HybridSigningKey.Generate();
    private readonly HybridSigningKey _newcomer = HybridSigningKey.Generate();
    private readonly HybridSigningKey _other = HybridSigningKey.Generate();
    private readonly RosterLog _log;
    private readonly RosterAuthor _author;

    public JoiningTests()
    {
        var signer = new HybridRosterSignatures(_administrator);
        Assert.True(RosterSubnet.TryParse("10.10.10.0/29", out var subnet));
        var create = RosterAuthor.CreateNetwork("home", subnet, "first", null, ["wss://relay.example/"], signer, _time);
        _log = new RosterLog(create.Id);
        _log.Add(create);
        _author = new RosterAuthor(_log, signer, _time);
    }

    private string BookPath => Path.Combine(_folder, "invitations");

    private TunnelPeerId Inviter => IdOf(_administrator);

    public void Dispose()
    {
        _administrator.Dispose();
        _newcomer.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void From_the_invitation_to_the_roster()
    {
        var book = Book();
        using var token = book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1));
        using var read = InvitationToken.Parse(token.ToString());
        using var proof = read.CreateProof();
        var joining = new Joining(read, IdOf(_newcomer), "Frank's Laptop", _time);
        Assert.Null(joining.OnTime());
        joining.OnSession(isUp: true);
        var join = joining.OnTime()!;
        Assert.Null(joining.OnTime());

        // The handshake asks for the key, and claims the invitation.
        Span<byte> key = stackalloc byte[32];
        Assert.True(book.TryGetKey(proof.Id, IdOf(_newcomer), key));
        Assert.True(book.TryUse(proof.Id, IdOf(_newcomer)));
        var answer = new InvitationHost(book, _log, _author).OnJoin(proof.Id, _newcomer.PublicKey, join);
        Assert.Null(answer.Refused);
        Assert.NotNull(answer.Added);

        // The roster comes by the ordinary way.
        var log = new RosterLog(read.NetworkId);
        var link = new Link(_log, log, Inviter, IdOf(_newcomer), _time);
        link.Inviter.Welcome(IdOf(_newcomer));
        link.Run();
        joining.OnRoster(log.Current);
        Assert.Equal(JoinState.Joined, joining.State);
        Assert.Equal("franks-laptop", log.Current.Find(IdOf(_newcomer))!.Name);
        Assert.Equal("10.10.10.2", log.Current.Find(IdOf(_newcomer))!.IPv4!.ToString());
        Assert.Null(joining.OnTime());
    }

    [Fact]
    public void It_ends_when_the_inviter_has_twice_not_known_the_invitation()
    {
        using var token = Book().Invite(_log.Current, Inviter, TimeSpan.FromHours(1));
        var joining = new Joining(token, IdOf(_newcomer), "x", _time);

        // One answer, or many at once, may be somebody else's.
        joining.OnHint(HandshakeErrorCode.Invitation);
        joining.OnHint(HandshakeErrorCode.Invitation);
        _time.Advance(Joining.HintInterval);
        joining.OnHint(HandshakeErrorCode.Busy);
        Assert.Equal(JoinState.Connecting, joining.State);

        // Who has a session has seen that it is known.
        joining.OnSession(isUp: true);
        joining.OnSession(isUp: false);
        joining.OnHint(HandshakeErrorCode.Invitation);
        Assert.Equal(JoinState.Connecting, joining.State);
        _time.Advance(Joining.HintInterval);
        joining.OnHint(HandshakeErrorCode.Invitation);
        Assert.Equal(JoinState.Failed, joining.State);
        Assert.Contains("ask for a new one", joining.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_used_invitation_serves_its_user_again_and_nobody_else_even_after_a_restart()
    {
        var id = Invited(out var book);
        Assert.True(book.TryUse(id, IdOf(_newcomer)));
        Assert.False(book.TryUse(id, IdOf(_other)));
        Assert.False(book.TryGetKey(id, IdOf(_other), new byte[32]));

        // A claim that was not confirmed was answered to nobody: it ends with the process.
        Assert.True(Book().TryGetKey(id, IdOf(_other), new byte[32]));
        Assert.NotNull(book.Confirm(id, IdOf(_newcomer)));
        book = Book();
        Assert.False(book.TryUse(id, IdOf(_other)));
        Assert.Null(book.Confirm(id, IdOf(_other)));
        Assert.True(book.TryUse(id, IdOf(_newcomer)));
        Assert.Equal(IdOf(_newcomer), Assert.Single(book.List()).UsedBy);
        Assert.Equal("the invitation is unknown", Refusal(new InvitationHost(book, _log, _author).OnJoin(id, _other.PublicKey, JoinMessages.WriteJoin("x")), JoinRefusal.Invitation)[..25]);
    }

    [Fact]
    public void A_lost_answer_is_given_again_without_a_second_entry()
    {
        var id = Invited(out var book);
        var host = new InvitationHost(book, _log, _author);
        Assert.NotNull(host.OnJoin(id, _newcomer.PublicKey, JoinMessages.WriteJoin("x")).Added);
        var again = host.OnJoin(id, _newcomer.PublicKey, JoinMessages.WriteJoin("x"));
        Assert.Equal((null, null), (again.Refused, again.Added));
        Assert.Equal(2, _log.Count);
    }

    [Fact]
    public void Who_was_removed_does_not_get_in_again_with_the_invitation_that_it_has_used()
    {
        var id = Invited(out var book);
        Assert.True(book.TryUse(id, IdOf(_newcomer)));
        Assert.NotNull(new InvitationHost(book, _log, _author).OnJoin(id, _newcomer.PublicKey, JoinMessages.WriteJoin("x")).Added);
        _author.Remove(IdOf(_newcomer));
        foreach (var present in new[] { book, Book() })
        {
            Assert.False(present.TryGetKey(id, IdOf(_newcomer), new byte[32]));
            Assert.False(present.TryUse(id, IdOf(_newcomer)));
            Refusal(new InvitationHost(present, _log, _author).OnJoin(id, _newcomer.PublicKey, JoinMessages.WriteJoin("x")), JoinRefusal.Invitation);
            Assert.Equal(IdOf(_newcomer), Assert.Single(present.List()).UsedBy);
        }

        Assert.Null(_log.Current.Find(IdOf(_newcomer)));
    }

    [Fact]
    public void An_invitation_is_done_even_if_the_machine_stopped_before_that_was_noted()
    {
        var id = Invited(out var book);
        Assert.NotNull(book.Confirm(id, IdOf(_newcomer)));
        _author.Add(new RosterKey(_newcomer.PublicKey.Bytes), "x");
        book = Book();
        var host = new InvitationHost(book, _log, _author);
        _author.Remove(IdOf(_newcomer));
        Refusal(host.OnJoin(id, _newcomer.PublicKey, JoinMessages.WriteJoin("x")), JoinRefusal.Invitation);
        Assert.False(Book().TryGetKey(id, IdOf(_newcomer), new byte[32]));
    }

    [Fact]
    public void An_invitation_expires()
    {
        var id = Invited(out var book);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(book.TryGetKey(id, IdOf(_newcomer), new byte[32]));
        Assert.False(book.TryUse(id, IdOf(_newcomer)));
        Assert.Null(book.Confirm(id, IdOf(_newcomer)));
        Assert.Empty(book.List());
    }

    [Fact]
    public void An_invitation_can_be_revoked()
    {
        var id = Invited(out var book);
        Assert.Throws<InvitationException>(() => book.Revoke(""));
        Assert.Throws<InvitationException>(() => book.Revoke("zz"));
        book.Revoke(Convert.ToHexStringLower(id)[..6]);
        Assert.False(book.TryGetKey(id, IdOf(_newcomer), new byte[32]));
        Assert.Empty(Book().List());
    }

    [Fact]
    public void Name_and_role_are_the_invitations_and_taken_names_get_a_number()
    {
        var book = Book();
        var host = new InvitationHost(book, _log, _author);
        using var named = book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1), "desk", RosterRole.Administrator);
        using var proof = named.CreateProof();
        host.OnJoin(proof.Id, _newcomer.PublicKey, JoinMessages.WriteJoin("something-else"));
        Assert.Equal(RosterRole.Administrator, _log.Current.Find("desk")!.Role);

        using var free = book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1));
        using var second = free.CreateProof();
        host.OnJoin(second.Id, _other.PublicKey, JoinMessages.WriteJoin("Desk"));
        Assert.Equal(IdOf(_other), _log.Current.Find("desk-2")!.PeerId);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_a_sentence()
    {
        var id = Invited(out var book);
        var host = new InvitationHost(book, _log, _author);
        Refusal(host.OnJoin(default, _newcomer.PublicKey, JoinMessages.WriteJoin("x")), JoinRefusal.Invitation);
        Refusal(host.OnJoin(new byte[16], _newcomer.PublicKey, JoinMessages.WriteJoin("x")), JoinRefusal.Invitation);
        Refusal(host.OnJoin(id, _newcomer.PublicKey, [5]), JoinRefusal.Internal);
        for (var i = 0; i < 5; i++) _author.Add(Rosters.TestPeer.Create(i).Key, $"m{i}");
        Assert.Contains("is full", Refusal(host.OnJoin(id, _newcomer.PublicKey, JoinMessages.WriteJoin("x")), JoinRefusal.NoPlace), StringComparison.Ordinal);
        Assert.Throws<InvitationException>(() => book.Invite(_log.Current, IdOf(_other), TimeSpan.FromHours(1)));
        Assert.Throws<InvitationException>(() => book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1), "first"));
        Assert.Throws<InvitationException>(() => book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1), "No Name"));
        Assert.Throws<InvitationException>(() => book.Invite(_log.Current, Inviter, TimeSpan.FromDays(1000)));
        Assert.Throws<InvitationException>(() => book.Invite(_log.Current, Inviter, TimeSpan.Zero));
    }

    [Fact]
    public void A_refused_newcomer_says_why_and_stops()
    {
        using var token = InvitationToken.Create(_log.NetworkId, "home", Inviter, _time.GetUtcNow().AddHours(1), []);
        var joining = new Joining(token, IdOf(_newcomer), "x", _time);
        joining.OnSession(isUp: true);
        joining.OnRefused([9, 0]);
        Assert.Equal(JoinState.Asking, joining.State);
        joining.OnRefused(JoinMessages.WriteRefused(JoinRefusal.NoPlace, "The subnet is full."));
        Assert.Equal((JoinState.Failed, "The network 'home' did not take this machine in: The subnet is full."), (joining.State, joining.Failure));
        Assert.Null(joining.OnTime());
    }

    [Fact]
    public void A_newcomer_asks_again_until_the_invitation_expires_and_believes_no_error()
    {
        using var token = InvitationToken.Create(_log.NetworkId, "home", Inviter, _time.GetUtcNow().AddSeconds(10), []);
        var joining = new Joining(token, IdOf(_newcomer), "x", _time);
        joining.OnSession(isUp: true);
        Assert.NotNull(joining.OnTime());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(joining.OnTime());
        joining.OnSession(isUp: false);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(joining.OnTime());
        Assert.NotNull(Joining.Describe(HandshakeErrorCode.Invitation));
        Assert.Equal(JoinState.Connecting, joining.State);
        joining.OnSession(isUp: true);
        Assert.NotNull(joining.OnTime());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(joining.OnTime());
        Assert.Equal(JoinState.Failed, joining.State);
        Assert.Contains("expired", joining.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void W22_The_book_is_private_holds_no_secret_of_a_token_and_damage_is_noticed()
    {
        var book = Book();
        using var token = book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1));
        var secret = System.Buffers.Text.Base64Url.DecodeFromChars(token.ToString().AsSpan(14)).AsSpan(69, 32);
        var content = File.ReadAllText(BookPath);
        Assert.DoesNotContain(Convert.ToBase64String(secret), content, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(secret), content, StringComparison.OrdinalIgnoreCase);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BookPath));
            File.SetUnixFileMode(BookPath, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Assert.Contains("chmod 600", Assert.Throws<InvitationException>(Book).Message, StringComparison.Ordinal);
            File.SetUnixFileMode(BookPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        foreach (var damaged in new[] { "", "{}", content[..^20], content.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal), content.Replace("\"key\": \"", "\"key\": \"AAAA", StringComparison.Ordinal) })
        {
            File.WriteAllText(BookPath, damaged);
            Assert.Contains("is damaged", Assert.Throws<InvitationException>(Book).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_many_that_come_at_once_one_gets_in()
    {
        var id = Invited(out var book);
        var peers = Enumerable.Range(0, 32).Select(i => Rosters.TestPeer.Create(i).Id).ToArray();
        var winners = peers.AsParallel().WithDegreeOfParallelism(8).Count(p => book.TryUse(id, p) && book.Confirm(id, p) is not null);
        Assert.Equal(1, winners);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0141ff")]
    [InlineData("01ff")]
    [InlineData("010a")]
    [InlineData("03e280ae")]
    public void A_malformed_wish_is_none(string hex) => Assert.False(JoinMessages.TryReadJoin(Convert.FromHexString(hex), out _));

    [Fact]
    public void Long_texts_are_cut_at_a_character()
    {
        Assert.True(JoinMessages.TryReadJoin(JoinMessages.WriteJoin(new string('ü', 60)), out var wish));
        Assert.Equal(new string('ü', 31), wish);
        Assert.True(JoinMessages.TryReadJoin(JoinMessages.WriteJoin(string.Concat(Enumerable.Repeat("😀", 30))), out wish));
        Assert.Equal(15 * 2, wish.Length);
        Assert.True(JoinMessages.TryReadRefused(JoinMessages.WriteRefused(JoinRefusal.NoPlace, new string('x', 999)), out _, out var text));
        Assert.Equal(255, text.Length);
        Assert.False(JoinMessages.TryReadRefused([0, 0], out _, out _));
        Assert.False(JoinMessages.TryReadRefused([5, 0], out _, out _));
    }

    private static TunnelPeerId IdOf(HybridSigningKey key) => TunnelPeerId.Read(key.PublicKey.Fingerprint.Span);

    private static string Refusal(JoinAnswer answer, JoinRefusal expected)
    {
        Assert.Null(answer.Added);
        Assert.True(JoinMessages.TryReadRefused(answer.Refused, out var code, out var text));
        Assert.Equal(expected, code);
        return text;
    }

    private InvitationBook Book() => new(BookPath, _time);

    private byte[] Invited(out InvitationBook book)
    {
        book = Book();
        using var token = book.Invite(_log.Current, Inviter, TimeSpan.FromHours(1));
        using var proof = token.CreateProof();
        return proof.Id.ToArray();
    }

    /// <summary>Two members' rosters with nothing between them.</summary>
    private sealed class Link
    {
        private readonly Queue<(TunnelPeerId From, TunnelPeerId To, FrameKind Kind, byte[] Body)> _wire = [];
        private readonly Dictionary<TunnelPeerId, RosterSync> _ends = [];

        public Link(RosterLog one, RosterLog other, TunnelPeerId oneId, TunnelPeerId otherId, TimeProvider time)
        {
            _ends[oneId] = Inviter = new RosterSync(one, new End(this, oneId), time);
            _ends[otherId] = new RosterSync(other, new End(this, otherId), time);
            _ends[otherId].Connected(oneId);
        }

        public RosterSync Inviter { get; }

        public void Run()
        {
            while (_wire.TryDequeue(out var message)) _ends[message.To].OnMessage(message.From, message.Kind, message.Body);
        }

        private sealed class End(Link link, TunnelPeerId self) : IRosterSyncSink
        {
            public void Send(TunnelPeerId peer, FrameKind kind, ReadOnlySpan<byte> body) => link._wire.Enqueue((self, peer, kind, body.ToArray()));

            public void Changed(Roster roster)
            {
            }

            public void Misbehaved(TunnelPeerId peer, string what) => Assert.Fail(what);
        }
    }
}
