using System.Net;

namespace Causeway.Network.Stun;

/// <summary>Where a <see cref="StunServer"/> listens and how much it answers. Immutable; validated when the server starts.</summary>
public sealed record StunServerOptions
{
    /// <summary>The registered port (RFC 8489 §18.6).</summary>
    public const int DefaultPort = 3478;

    /// <summary>Where to listen, 1 to 16. Default: the loopback, 127.0.0.1:3478.</summary>
    public IReadOnlyList<StunServerEndPoint> EndPoints { get; init; } = [new StunServerEndPoint(new IPEndPoint(IPAddress.Loopback, DefaultPort))];

    /// <summary>Answers per second to one source (an IPv4 address, or an IPv6 network of 64 bits), 1 to 100 000; further requests are dropped. Default 20.</summary>
    public int AnswersPerSecond { get; init; } = 20;

    /// <summary>Answers to one source in a row, after a pause, 1 to 100 000. Default 100.</summary>
    public int Burst { get; init; } = 100;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range, or the second address does not fit the first; the message names it.</exception>
    public void Validate()
    {
        Check(EndPoints.Count is >= 1 and <= 16, nameof(EndPoints), "must be 1 to 16.");
        Check(AnswersPerSecond is >= 1 and <= 100_000, nameof(AnswersPerSecond), "must be in the range 1 to 100 000.");
        Check(Burst is >= 1 and <= 100_000, nameof(Burst), "must be in the range 1 to 100 000.");
        foreach (var (primary, other) in EndPoints)
        {
            if (other is null) continue;
            Check(other.AddressFamily == primary.AddressFamily, nameof(EndPoints), $"has a second address of another family than {primary}.");
            Check(!other.Address.Equals(primary.Address) && (other.Port != primary.Port || other.Port == 0), nameof(EndPoints), $"has a second address for {primary} that shares its address or port; both must differ.");
            Check(!IsUnspecified(primary) && !IsUnspecified(other), nameof(EndPoints), $"has a second address for {primary}; then both must be addresses of this machine, not the unspecified one.");
        }
    }

    private static bool IsUnspecified(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);

    private static void Check(bool holds, string name, string what)
    {
        if (!holds) throw new ArgumentException($"{name} {what}");
    }
}
