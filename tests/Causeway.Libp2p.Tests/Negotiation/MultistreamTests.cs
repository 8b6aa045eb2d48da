using System.Buffers;
using System.Text;
using Causeway.Libp2p.Negotiation;

namespace Causeway.Libp2p.Tests.Negotiation;

public sealed class MultistreamTests
{
    [Fact]
    public void Frames_have_the_bytes_of_the_specification()
    {
        Assert.Equal("132f6d756c746973747265616d2f312e302e300a", Convert.ToHexStringLower(MultistreamMessage.HeaderFrame));
        Assert.Equal("036e610a", Convert.ToHexStringLower(MultistreamMessage.NotAvailableFrame));
        var output = new ArrayBufferWriter<byte>();
        MultistreamMessage.WriteFrame(output, "/noise");
        Assert.Equal("072f6e6f6973650a", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(1023)]
    public void Protocols_of_all_lengths_survive_the_way_byte_by_byte(int length)
    {
        var protocol = new string('p', length);
        var output = new ArrayBufferWriter<byte>();
        MultistreamMessage.WriteFrame(output, protocol);
        Assert.Equal(MultistreamMessage.FrameLength(protocol), output.WrittenCount);
        using var decoder = new MultistreamDecoder();
        for (var i = 0; i < output.WrittenCount; i++)
        {
            Assert.True(decoder.Wanted > 0);
            decoder.Append(output.WrittenSpan.Slice(i, 1));
        }

        Assert.Equal(0, decoder.Wanted);
        Assert.Equal(protocol, Encoding.UTF8.GetString(decoder.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("na")]
    [InlineData("ls")]
    [InlineData("/with\nnewline")]
    public void What_cannot_be_a_protocol_is_refused_before_it_is_sent(string protocol)
    {
        var error = Assert.Throws<Libp2pException>(() => MultistreamMessage.FrameLength(protocol));
        Assert.Equal(Libp2pError.InvalidArgument, error.Error);
        Assert.Throws<Libp2pException>(() => MultistreamMessage.FrameLength(new string('x', 1024)));
    }

    [Theory]
    [InlineData("00")] // empty
    [InlineData("8100")] // a length in more bytes than it needs
    [InlineData("808001")] // three bytes of length
    [InlineData("8108")] // 1025
    [InlineData("ff7f")]
    [InlineData("026161")] // no newline
    public void Malformed_messages_are_refused_as_soon_as_they_show(string hex)
    {
        using var decoder = new MultistreamDecoder();
        var bytes = Convert.FromHexString(hex);
        var error = Assert.Throws<Libp2pException>(() =>
        {
            foreach (var value in bytes) decoder.Append([value]);
        });
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Theory]
    [InlineData(new[] { "/a" }, new[] { "/a" }, "/a")]
    [InlineData(new[] { "/a", "/b", "/c" }, new[] { "/c", "/b" }, "/b")]
    [InlineData(new[] { "/a", "/b" }, new[] { "/c" }, null)]
    public void The_first_proposal_that_the_listener_serves_is_taken(string[] proposed, string[] served, string? selected)
    {
        var dialer = new MultistreamDialer(proposed);
        var listener = new MultistreamListener(served.Contains, () => served);
        var (toListener, toDialer) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        dialer.Start(toListener);
        void Run()
        {
            while (dialer.Selected is null)
            {
                Deliver(toListener, m => listener.Receive(m, toDialer));
                Deliver(toDialer, m => dialer.Receive(m, toListener));
            }
        }

        if (selected is null)
        {
            Assert.Equal(Libp2pError.ProtocolNotSupported, Assert.Throws<Libp2pException>(Run).Error);
        }
        else
        {
            Run();
            Assert.Equal(selected, dialer.Selected);
            Assert.Equal(selected, listener.Selected);
        }
    }

    [Fact]
    public void A_list_names_what_is_served_and_stays_within_the_limit()
    {
        var (listener, output) = Greeted("/a", "/bc");
        listener.Receive("ls"u8, output);
        Assert.Equal("0a" + "032f610a" + "042f62630a" + "0a", Convert.ToHexStringLower(output.WrittenSpan));

        (listener, output) = Greeted([.. Enumerable.Range(0, 100).Select(i => $"/a-rather-long-protocol-name/{i}")]);
        listener.Receive("ls"u8, output);
        var length = (output.WrittenSpan[0] & 0x7F) | (output.WrittenSpan[1] << 7);
        Assert.InRange(length, 512, MultistreamMessage.MaxLength);
        Assert.Equal(length + 2, output.WrittenCount);
        Assert.Null(listener.Selected);
    }

    [Fact]
    public void A_listener_answers_a_bounded_number_of_requests()
    {
        var (listener, output) = Greeted("/a");
        for (var i = 0; i < MultistreamListener.MaxRounds; i++) listener.Receive(i % 2 == 0 ? "ls"u8 : "/b"u8, output);
        var error = Assert.Throws<Libp2pException>(() => listener.Receive("/a"u8, output));
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Fact]
    public void What_follows_a_refusal_is_the_refused_protocol_and_no_offence()
    {
        var (listener, output) = Greeted("/a");
        var error = new Libp2pException(Libp2pError.ProtocolViolation, "odd");
        Assert.Same(error, listener.Explain(error));
        listener.Receive("/b"u8, output);
        Assert.Equal(Libp2pError.ProtocolNotSupported, listener.Explain(error).Error);
        Assert.Contains("/b", listener.Explain(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_protocol_is_not_available_even_if_everything_is_served()
    {
        var output = new ArrayBufferWriter<byte>();
        var listener = new MultistreamListener(_ => true, () => []);
        listener.Receive(MultistreamMessage.Header, output);
        foreach (var message in new byte[][] { [], [0xFF, 0xFE], "a\nb"u8.ToArray(), "na"u8.ToArray() })
        {
            output.ResetWrittenCount();
            listener.Receive(message, output);
            Assert.Equal(MultistreamMessage.NotAvailableFrame, output.WrittenSpan);
        }
    }

    [Fact]
    public void Anything_but_the_header_at_the_start_is_refused()
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<Libp2pException>(() => new MultistreamListener(_ => true, () => []).Receive("/noise"u8, output));
        Assert.Throws<Libp2pException>(() => new MultistreamDialer(["/noise"]).Receive("/multistream/2.0.0"u8, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void An_answer_that_fits_no_proposal_is_refused()
    {
        var output = new ArrayBufferWriter<byte>();
        var dialer = new MultistreamDialer(["/a", "/b"]);
        dialer.Start(output);
        dialer.Receive(MultistreamMessage.Header, output);
        Assert.Equal(Libp2pError.ProtocolViolation, Assert.Throws<Libp2pException>(() => dialer.Receive("/b"u8, output)).Error);
    }

    [Theory]
    [InlineData("/ping", "/multistream/1.0.0 /ping", null)]
    [InlineData("/ping", "/multistream/1.0.0 na", Libp2pError.ProtocolNotSupported)]
    [InlineData("/ping", "/multistream/1.0.0 /pong", Libp2pError.ProtocolViolation)]
    [InlineData("/ping", "/ping", Libp2pError.ProtocolViolation)]
    [InlineData("/a", "/multistream/1.0.0 /a", null)]
    [InlineData("/a", "/multistream/1.0.0 na", Libp2pError.ProtocolNotSupported)]
    [InlineData("/a", "/multistream/1.0.0 nb", Libp2pError.ProtocolViolation)]
    [InlineData("a", "/multistream/1.0.0 na", Libp2pError.ProtocolNotSupported)]
    [InlineData("na/", "/multistream/1.0.0 na", Libp2pError.ProtocolNotSupported)]
    [InlineData("nb", "/multistream/1.0.0 na", Libp2pError.ProtocolNotSupported)]
    [InlineData("nb", "/multistream/1.0.0 nb", null)]
    public void An_optimistic_proposal_recognises_the_answer_however_it_arrives(string protocol, string messages, Libp2pError? expected)
    {
        var answer = new ArrayBufferWriter<byte>();
        foreach (var message in messages.Split(' '))
        {
            answer.Write([(byte)(message.Length + 1)]);
            answer.Write(Encoding.UTF8.GetBytes(message + "\n"));
        }

        for (var step = 1; step <= answer.WrittenCount; step++)
        {
            var proposal = new OptimisticProposal(protocol);
            var rest = answer.WrittenMemory;
            Libp2pError? error = null;
            try
            {
                while (proposal.Wanted > 0)
                {
                    // Never more than is certain to belong to the answer: a driver that asks for it must not wait in vain.
                    var take = Math.Min(step, proposal.Wanted);
                    Assert.True(rest.Length > 0, "The answer is complete, but more is wanted.");
                    take = Math.Min(take, rest.Length);
                    proposal.Receive(rest.Span[..take]);
                    rest = rest[take..];
                }
            }
            catch (Libp2pException e)
            {
                error = e.Error;
            }

            Assert.Equal(expected, error);
        }
    }

    [Fact]
    public void Garbage_ends_every_machine_without_a_surprise()
    {
        var random = new Random(3);
        byte[] honest = [.. MultistreamMessage.HeaderFrame, .. "\x03ls\n"u8, .. "\x05/abc\n"u8, .. "\x03na\n"u8, .. "\x03/a\n"u8];
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            var bytes = honest.ToArray();
            if (i % 3 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var output = new ArrayBufferWriter<byte>();
            var dialer = new MultistreamDialer(["/abc", "/a"]);
            var listener = new MultistreamListener(p => p == "/a", () => ["/a"]);
            var proposal = new OptimisticProposal("/a");
            Try(() => Feed(bytes, m => listener.Receive(m, output), () => listener.Selected is null));
            Try(() => Feed(bytes, m => dialer.Receive(m, output), () => dialer.Selected is null));
            Try(() => proposal.Receive(bytes.AsSpan(0, Math.Min(proposal.Wanted, bytes.Length))));
            Assert.True(output.WrittenCount < 200);
        }

        static void Try(Action action)
        {
            try
            {
                action();
            }
            catch (Libp2pException e)
            {
                Assert.True(e.Error is Libp2pError.ProtocolViolation or Libp2pError.ProtocolNotSupported);
            }
        }
    }

    private static (MultistreamListener Listener, ArrayBufferWriter<byte> Output) Greeted(params string[] served)
    {
        var output = new ArrayBufferWriter<byte>();
        var listener = new MultistreamListener(served.Contains, () => served);
        listener.Receive(MultistreamMessage.Header, output);
        Assert.Equal(MultistreamMessage.HeaderFrame, output.WrittenSpan);
        output.ResetWrittenCount();
        return (listener, output);
    }

    private delegate void Receiver(ReadOnlySpan<byte> message);

    private static void Deliver(ArrayBufferWriter<byte> from, Receiver receive)
    {
        var bytes = from.WrittenSpan.ToArray();
        from.ResetWrittenCount();
        Feed(bytes, receive, () => true);
    }

    private static void Feed(ReadOnlySpan<byte> bytes, Receiver receive, Func<bool> goOn)
    {
        using var decoder = new MultistreamDecoder();
        while (!bytes.IsEmpty && goOn())
        {
            var take = Math.Min(decoder.Wanted, bytes.Length);
            decoder.Append(bytes[..take]);
            bytes = bytes[take..];
            if (decoder.Wanted > 0) continue;
            receive(decoder.Message);
            decoder.Next();
        }
    }
}
