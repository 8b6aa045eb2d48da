using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Causeway.Lab.Processes;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Invitations between machines.</summary>
public sealed class InvitationTests
{
    [Fact]
    public async Task Create_invite_join_and_ping_in_one_go_in_the_background_over_TLS()
    {
        // What a user types, and nothing else: no waiting in between.
        await using var lab = await TunnelLab.StartAsync(hasTls: true);
        Assert.StartsWith("wss://", lab.Relay.Url);
        (await lab.Alice.RunAsync("create", TunnelMachine.Network, "--relay", lab.Relay.Url)).Succeeded();
        (await lab.Alice.RunAsync("up")).Succeeded();
        var token = await lab.Alice.InviteAsync();
        Assert.StartsWith("causeway-join-", token);
        (await lab.Bob.RunAsync("join", token)).Succeeded();
        await lab.Bob.PingAsync(await lab.Alice.Ipv4Async());
        await lab.Alice.PingAsync(await lab.Bob.Ipv6Async());
        Assert.Equal("bob", Assert.Single(await lab.Alice.PeersAsync()).Name);

        await lab.Bob.DownAsync();
        Assert.False(await lab.Bob.HasDeviceAsync());
        await lab.Alice.DownAsync();
        Assert.False(await lab.Alice.HasDeviceAsync());
        // No process is left either.
        foreach (var machine in new[] { lab.Alice, lab.Bob }) await machine.UntilNoProcessAsync();
    }

    [Fact]
    public async Task An_invitation_is_good_once_unless_it_is_taken_back()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: []);
        var token = await lab.Alice.InviteAsync();
        await lab.Bob.JoinAsync(token);
        await RefusedAsync(lab.Carol, token);

        var revoked = await lab.Alice.InviteAsync();
        var list = await lab.Alice.RunAsync("invitations");
        Assert.True(list.ExitCode == 0, list.Error);
        var id = list.Output.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Last(w => w.Length == 32 && w.All(char.IsAsciiHexDigit));
        (await lab.Alice.RunAsync("invitations", "revoke", id)).Succeeded();
        await RefusedAsync(lab.Carol, revoked);

        // Refused is not banned.
        await lab.Carol.JoinAsync(await lab.Alice.InviteAsync());
        await lab.Carol.UntilOnlineAsync(lab.Bob);
        await lab.Bob.UntilOnlineAsync(lab.Carol);
        await lab.Carol.PingAsync(await lab.Bob.Ipv4Async());
        await lab.Alice.UntilPeersAsync(p => p.Count == 2 && p.All(m => m.Online), "both are members");
    }

    [Fact]
    public async Task An_expired_invitation_is_refused_on_both_sides()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: []);
        var token = await lab.Alice.InviteAsync();
        // The newcomer's side: a token whose time is over.
        var bytes = Base64Url.DecodeFromChars(token.AsSpan("causeway-join-".Length));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(65), (uint)DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds());
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 4)).AsSpan(0, 4).CopyTo(bytes.AsSpan(bytes.Length - 4));
        var join = await lab.Bob.RunAsync("join", "causeway-join-" + Base64Url.EncodeToString(bytes));
        Assert.Equal(1, join.ExitCode);
        Assert.Contains("expired", join.Error);

        // The inviter's side: its time is over there, and the newcomer does not know.
        await lab.Alice.DownAsync();
        var path = lab.Alice.Host.Outside("/run/home/t/office/invitations.json");
        var stored = File.ReadAllText(path);
        var earlier = Regex.Replace(stored, "(?i)(\"expir[a-z]*\"\\s*:\\s*\")\\d{4}", "${1}2020");
        Assert.NotEqual(stored, earlier);
        File.WriteAllText(path, earlier);
        await lab.Alice.UpAsync();
        await RefusedAsync(lab.Bob, token);
        Assert.Empty(await lab.Alice.PeersAsync());
    }

    [Fact]
    public async Task The_one_invited_waits_for_an_inviter_that_is_not_there()
    {
        await using var lab = await TunnelLab.StartMembersAsync(others: []);
        var token = await lab.Alice.InviteAsync("--name", "guest");
        await lab.Alice.DownAsync();
        await lab.Bob.StartAsync("join", token, "--foreground");
        await lab.Bob.UntilStatusAsync(s => s is { State: TunnelState.Joining, Problem: not null }, "bob says whom he waits for");
        await lab.Alice.UpAsync();
        var status = await lab.Bob.UntilStatusAsync(s => s.State == TunnelState.Up, "bob is a member");
        Assert.Equal("guest", status.Name);
    }

    // The inviter's refusal is told at once. It could be anybody's, so that the command goes on trying, until the user gives up.
    private static async Task RefusedAsync(TunnelMachine machine, string token)
    {
        await machine.StartAsync("join", token, "--name", machine.Name, "--foreground");
        await machine.Daemon.WaitForLineAsync("The inviter may not know this invitation any more", TestLab.Patience);
        machine.Daemon.Signal(LabSignal.Interrupt);
        await machine.Daemon.ExitAsync(TestLab.Patience);
        Assert.False(await machine.HasDeviceAsync());
        Assert.DoesNotContain(TunnelMachine.Network, (await machine.RunAsync("list")).Output);
    }
}
