using System.Diagnostics;
using System.Globalization;
using Causeway.Bench.Compare;

namespace Causeway.Bench.Relays;

/// <summary>
/// The relay at scale, in a process of its own, with the tunnel's own client against it in this one: what a byte and a small frame cost, ten thousand silent
/// members, one that floods, and one that does not read.
/// </summary>
internal static class RelayMeasurement
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = TimeSpan.FromSeconds(Number(args, "--seconds", 5));
        var members = (int)Number(args, "--members", 10_000);
        var only = args.FirstOrDefault(a => !a.StartsWith('-') && !double.TryParse(a, out _));
        Console.WriteLine($"Relay ({Rounds.Machine()}; load and relay share the machine, {seconds.TotalSeconds:0} s each)");
        foreach (var tls in new[] { false, true })
        {
            var how = tls ? "TLS" : "plain";
            if (only is null or "throughput") await ThroughputAsync(how, tls, seconds);
            if (only is null or "frames") await BurstsAsync(how, tls, seconds);
            if (only is null or "paced") await PacedAsync(how, tls, seconds);
            if (only is null or "members") await MembersAsync(how, tls, members);
        }

        if (only is null or "fairness") await FairnessAsync(seconds);
        if (only is null or "slow") await SlowReaderAsync(seconds);
        return 0;
    }

    private static async Task ThroughputAsync(string how, bool tls, TimeSpan time)
    {
        await using var relay = await RelayProcess.StartAsync(tls);
        await using var a = await LoadMember.ConnectAsync(relay.Url);
        await using var b = await LoadMember.ConnectAsync(relay.Url);
        using var stop = new CancellationTokenSource();
        var flood = a.FloodAsync(b.Id, 65_000, stop.Token);
        var (bytes, cpu, elapsed) = await MeasureAsync(relay, () => b.Bytes, time);
        await stop.CancelAsync();
        await flood;
        Row($"{how}: one stream of records of 64 KiB", $"{bytes * 8 / elapsed / 1e9:0.0} Gbit/s", $"{cpu / (bytes / 1e9):0.00} CPU s/GB of the relay, which is {bytes * 8 / cpu / 1e9:0.0} Gbit/s per core");
    }

    private static async Task BurstsAsync(string how, bool tls, TimeSpan time)
    {
        await using var relay = await RelayProcess.StartAsync(tls);
        var members = await LoadMember.ConnectAsync(relay.Url, 16);
        using var stop = new CancellationTokenSource();
        var paces = members.Select((m, i) => m.PaceAsync(members[i ^ 1].Id, 64, 25_000, isBatched: true, stop.Token)).ToArray();
        var (frames, cpu, elapsed) = await MeasureAsync(relay, () => members.Sum(m => m.Frames), time);
        await stop.CancelAsync();
        await Task.WhenAll(paces);
        foreach (var member in members) await member.DisposeAsync();
        Row($"{how}: frames of 64 bytes, in batches, 16 members", $"{frames / elapsed:N0} frames/s", $"{frames / cpu:N0} frames/s per core of the relay");
    }

    private static async Task PacedAsync(string how, bool tls, TimeSpan time)
    {
        await using var relay = await RelayProcess.StartAsync(tls);
        var members = await LoadMember.ConnectAsync(relay.Url, 64);
        using var stop = new CancellationTokenSource();
        var paces = members.Select((m, i) => m.PaceAsync(members[i ^ 1].Id, 64, 1000, isBatched: false, stop.Token)).ToArray();
        var (frames, cpu, elapsed) = await MeasureAsync(relay, () => members.Sum(m => m.Frames), time);
        await stop.CancelAsync();
        await Task.WhenAll(paces);
        foreach (var member in members) await member.DisposeAsync();
        Row($"{how}: frames of 64 bytes, one by one, 64 members", $"{frames / elapsed:N0} frames/s", $"{frames / cpu:N0} frames/s per core of the relay");
    }

    private static async Task MembersAsync(string how, bool tls, int count)
    {
        await using var relay = await RelayProcess.StartAsync(tls);
        var before = relay.ResidentMebibytes;
        var watch = Stopwatch.StartNew();
        var cpu = relay.Cpu;
        var members = new IdleMember[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => members[i] = await IdleMember.ConnectAsync(relay.Url));
        var elapsed = watch.Elapsed.TotalSeconds;
        var connecting = (relay.Cpu - cpu).TotalMilliseconds / count;
        await Task.Delay(TimeSpan.FromSeconds(15));
        var after = relay.ResidentMebibytes;
        foreach (var member in members) member.Dispose();
        Row($"{how}: {count:N0} silent members", $"{after:N0} MiB", $"peak {relay.PeakMebibytes:N0} MiB, {before:N0} MiB without; {count / elapsed:N0} connected per second, {connecting:0.0} CPU ms of the relay each");
    }

    // One destination; ten who send a little, first alone, then beside one who sends all it can.
    private static async Task FairnessAsync(TimeSpan time)
    {
        await using var relay = await RelayProcess.StartAsync(tls: false);
        await using var destination = await LoadMember.ConnectAsync(relay.Url);
        await using var other = await LoadMember.ConnectAsync(relay.Url);
        await using var flooder = await LoadMember.ConnectAsync(relay.Url);
        var members = await LoadMember.ConnectAsync(relay.Url, 10);
        foreach (var member in members) destination.Watched.Add(member.Id);
        other.Watched.Add(members[0].Id);
        foreach (var (name, isFlooded) in new[] { ("alone", false), ("beside a flood of small frames", true), ("beside a flood of large frames", true) })
        {
            using var stop = new CancellationTokenSource();
            using var stopFlood = new CancellationTokenSource();
            var flood = isFlooded ? flooder.FloodAsync(destination.Id, name.Contains("large", StringComparison.Ordinal) ? 65_000 : 64, stopFlood.Token) : Task.CompletedTask;
            await Task.Delay(Warmup);
            destination.TakeLatencies();
            var before = members.Sum(m => m.Sent);
            var all = members.Select(m => m.PaceAsync(destination.Id, 1000, 100, isBatched: false, stop.Token)).ToArray();
            await Task.Delay(time);
            await stop.CancelAsync();
            await Task.WhenAll(all);
            await Task.Delay(500);
            await stopFlood.CancelAsync();
            await flood;
            var latencies = destination.TakeLatencies();
            var sent = members.Sum(m => m.Sent) - before;
            Row($"fairness: 10 members, 100 frames/s each, {name}", $"{100.0 * latencies.Length / sent:0.0} % arrive", $"latency median {Percentile(latencies, 50):0.00} ms, 99 % within {Percentile(latencies, 99):0.0} ms");
            await Task.Delay(1000);
        }

        foreach (var member in members) await member.DisposeAsync();
    }

    // Twenty who send all they can to one that does not read, and two who talk to each other.
    private static async Task SlowReaderAsync(TimeSpan time)
    {
        await using var relay = await RelayProcess.StartAsync(tls: false);
        using var deaf = await IdleMember.ConnectAsync(relay.Url);
        var senders = await LoadMember.ConnectAsync(relay.Url, 20);
        await using var a = await LoadMember.ConnectAsync(relay.Url);
        await using var b = await LoadMember.ConnectAsync(relay.Url);
        b.Watched.Add(a.Id);
        var before = relay.ResidentMebibytes;
        using var stop = new CancellationTokenSource();
        var floods = senders.Select(s => s.FloodAsync(deaf.Id, 1400, stop.Token)).ToArray();
        await Task.Delay(Warmup);
        b.TakeLatencies();
        var pace = a.PaceAsync(b.Id, 1000, 100, isBatched: false, stop.Token);
        await Task.Delay(time);
        var after = relay.ResidentMebibytes;
        await stop.CancelAsync();
        await Task.WhenAll([pace, .. floods]);
        await Task.Delay(200);
        var latencies = b.TakeLatencies();
        foreach (var sender in senders) await sender.DisposeAsync();
        Row("a member that reads nothing, 20 who flood it", $"{after - before:+0;-0} MiB", $"others: {100.0 * latencies.Length / a.Sent:0.0} % arrive, latency median {Percentile(latencies, 50):0.00} ms, 99 % within {Percentile(latencies, 99):0.0} ms");
    }

    private static async Task<(double Count, double Cpu, double Elapsed)> MeasureAsync(RelayProcess relay, Func<long> count, TimeSpan time)
    {
        await Task.Delay(Warmup);
        var (before, cpu) = (count(), relay.Cpu);
        var watch = Stopwatch.StartNew();
        await Task.Delay(time);
        return (count() - before, (relay.Cpu - cpu).TotalSeconds, watch.Elapsed.TotalSeconds);
    }

    private static double Percentile(double[] sorted, int percent) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    private static void Row(string what, string figure, string more) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-66} {figure,20}   {more}"));

    private static double Number(string[] args, string name, double fallback)
    {
        var index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? double.Parse(args[index + 1], CultureInfo.InvariantCulture) : fallback;
    }
}
