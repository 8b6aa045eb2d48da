using System.Text;
using Causeway.Libp2p.Kademlia.Records;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

/// <summary>Values under <c>/test</c>: whatever does not begin with <c>bad</c>; the later in the alphabet is the better.</summary>
internal sealed class TestRecordValidator : IRecordValidator
{
    public const string Namespace = "test";

    public static byte[] Key(string name) => Encoding.UTF8.GetBytes($"/{Namespace}/{name}");

    public bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset now) => !value.StartsWith("bad"u8);

    public bool IsBetter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current) => candidate.SequenceCompareTo(current) > 0;
}
