using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Members and relay are killed at any moment; whoever is left goes on, and nothing hangs.</summary>
public sealed class SuddenEndTests
{
    [Fact]
    public async Task Whoever_is_killed_at_any_step_the_others_recover()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: ["bob"]);
        // The same moments in every run: from the first instants of a start, through relay link and handshake, to a session that stands.
        var random = new Random(7);
        for (var round = 0; round < Soak.Count(6, 150); round++)
        {
            var moment = TimeSpan.FromMilliseconds(random.Next(50, 1200));
            switch (random.Next(3))
            {
                case 0:
                    await lab.Relay.KillAsync();
                    await lab.Relay.StartAgainAsync();
                    await Task.Delay(moment);
                    await lab.Relay.KillAsync();
                    await lab.Relay.StartAgainAsync();
                    break;
                case var who:
                    var member = who == 1 ? lab.Alice : lab.Bob;
                    await member.KillAsync();
                    await member.StartAsync("up", "--foreground");
                    await Task.Delay(moment);
                    await member.KillAsync();
                    Assert.False(await member.HasDeviceAsync());
                    await member.UpAsync();
                    break;
            }

            await lab.Alice.UntilOnlineAsync(lab.Bob);
            await lab.Bob.UntilOnlineAsync(lab.Alice);
            await lab.Alice.ReachAsync(await lab.Bob.Ipv4Async());
            await lab.Bob.PingAsync(await lab.Alice.Ipv6Async());
        }

        // No leak: what is a member's own is little, and open descriptors are those of one tunnel.
        foreach (var member in new[] { lab.Alice, lab.Bob })
        {
            var descriptors = Directory.GetFiles($"/proc/{member.Daemon.Id}/fd").Length;
            Assert.InRange(descriptors, 1, 250);
            await member.DownAsync();
            Assert.False(await member.HasDeviceAsync());
        }
    }
}
