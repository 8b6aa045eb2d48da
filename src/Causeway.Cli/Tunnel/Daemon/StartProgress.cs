using System.Globalization;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Turns the states of a tunnel that starts into lines for the user, each once, and says when there is nothing more to wait for.</summary>
internal sealed class StartProgress
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Whether this machine is on the roster.</summary>
    public bool IsMember { get; private set; }

    /// <summary>Whether a relay is connected.</summary>
    public bool HasRelay { get; private set; }

    /// <summary>What is wrong at the moment, a sentence; null if nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Takes in how the tunnel stands.</summary>
    /// <returns>What is new, and worth a line.</returns>
    public IReadOnlyList<StartReport> On(TunnelStatus status)
    {
        List<StartReport> news = [];
        void Say(string text, StartReportKind kind = StartReportKind.Progress)
        {
            if (_said.Add(text)) news.Add(new StartReport(kind, text));
        }

        foreach (var relay in status.Relays.Where(r => r.State == "connected" && _said.Add($"relay {r.Address}")))
        {
            HasRelay = true;
            Say(relay.RoundTripMilliseconds is { } time
                ? string.Create(CultureInfo.InvariantCulture, $"relay {relay.Address} connected, round trip {time:0.#} ms")
                : $"relay {relay.Address} connected");
        }

        if (status.State != TunnelState.Joining && status.Device is { } device) Say($"device {device}, {string.Join(", ", new[] { status.Ipv4 ?? "no IPv4 address yet", status.Ipv6 }.OfType<string>())}");
        if (status.State is not (TunnelState.Joining or TunnelState.Starting or TunnelState.Stopping))
        {
            if (!IsMember && status.Name is not null) Say($"this machine is {status.Name} in {status.Network}");
            IsMember = true;
        }

        foreach (var warning in status.Warnings) Say(warning, StartReportKind.Warning);

        Problem = status.Problem;
        return news;
    }

    /// <summary>What is wrong, if it has been for a while and was not said yet.</summary>
    public StartReport? Remark() => Problem is { } problem && _said.Add(problem) ? new StartReport(StartReportKind.Progress, problem) : null;

    /// <summary>Whether there is nothing more to wait for: every member is there.</summary>
    public bool IsComplete(TunnelStatus status, IReadOnlyList<PeerReport> peers) =>
        status.State == TunnelState.Removed || (IsMember && HasRelay && status.State == TunnelState.Up && peers.All(p => p.Online));
}
