using Causeway.Tunnel.Protocol.Handshakes;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>
/// A relay edits one message of a handshake. The edited one never leads to a session, and never spoils anything: when the true one arrives after it,
/// the handshake completes.
/// </summary>
public sealed class EditedMessageTests
{
    // Fewer than what either side checks at once, so that every edited message is really looked at.
    private const int EditsPerRun = 4;

    public static TheoryData<int, string> Fields()
    {
        var data = new TheoryData<int, string>();
        foreach (var type in new[] { 1, 3, 4, 5 })
        {
            foreach (var field in MessageFields.Of(type).Keys) data.Add(type, field);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void W1_W2_W6_W9_an_edited_field_leads_to_no_session_and_spoils_none(int type, string field)
    {
        var (offset, length) = MessageFields.Of(type)[field].GetOffsetAndLength(10_000);
        var random = new Random((type * 10_000) + offset);
        var edits = new Queue<Action<byte[]>>();

        // The field zeroed, all ones, random, and single bits of it.
        edits.Enqueue(m => m.AsSpan(offset, length).Clear());
        edits.Enqueue(m => m.AsSpan(offset, length).Fill(0xff));
        edits.Enqueue(m => random.NextBytes(m.AsSpan(offset, length)));
        var bits = Math.Min(length * 8, Soak.Count(8, 2000));
        for (var i = 0; i < bits; i++)
        {
            var bit = bits == length * 8 ? i : random.Next(length * 8);
            edits.Enqueue(m => m[offset + (bit / 8)] ^= (byte)(1 << (bit % 8)));
        }

        while (edits.Count > 0) EditInOneRun(type, edits);
    }

    [Fact]
    public void Every_byte_of_every_message_matters()
    {
        var genuine = new HandshakeRun().Go().Sent.Select(s => s.Message).ToArray();
        var random = new Random(7);
        foreach (var message in genuine)
        {
            var edits = new Queue<Action<byte[]>>();

            // All bytes of the structure; of signatures, keys and ciphertexts a share.
            for (var at = random.Next(20); at < message.Length; at += at < 148 ? 1 : random.Next(1, Soak.Count(200, 2)))
            {
                var position = at;
                edits.Enqueue(m => m[position] ^= (byte)(1 << (position % 8)));
            }

            while (edits.Count > 0) EditInOneRun(message[0], edits);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_message_of_another_length_is_none(int type)
    {
        var edits = new Queue<Func<byte[], byte[]>>(
        [
            m => m[..^1],
            m => [.. m, 0],
            m => m[..1],
            m => m[..(m.Length / 2)],
            m => [.. m, .. m],
            m => [],
            m => m[1..],
            m => [.. m[..8], .. m],
        ]);
        while (edits.Count > 0)
        {
            var run = new HandshakeRun();
            run.Network = (from, message) =>
            {
                if (message[0] != type) return message;
                for (var i = 0; i < EditsPerRun && edits.TryDequeue(out var edit); i++) AssertLeadsNowhere(run, from, edit(message));
                return message;
            };
            run.Go();
            run.AssertSession();
        }
    }

    private static void EditInOneRun(int type, Queue<Action<byte[]>> edits)
    {
        var run = new HandshakeRun();
        run.Network = (from, message) =>
        {
            if (message[0] != type) return message;
            for (var i = 0; i < EditsPerRun && edits.TryDequeue(out var edit); i++)
            {
                var edited = (byte[])message.Clone();
                edit(edited);
                if (!edited.AsSpan().SequenceEqual(message)) AssertLeadsNowhere(run, from, edited);
            }

            return message;
        };
        run.Go();
        run.AssertSession();
    }

    private static void AssertLeadsNowhere(HandshakeRun run, TestMember from, byte[] edited)
    {
        var before = run.HasSession;
        var to = from == run.Alice ? run.Bob : run.Alice;
        var answer = run.Give(to, edited);

        // A HELLO with another time, or without what it should have, may be asked for a cookie; nothing else is ever answered.
        Assert.True(answer is null || (edited.Length > 0 && edited[0] == 1 && answer.Length <= 60), $"An edited message was answered with {answer?.Length} bytes.");
        Assert.Equal(before, run.HasSession);
        Assert.NotEqual(HandshakeState.Ended, run.Alice.Initiator!.State);
    }
}
