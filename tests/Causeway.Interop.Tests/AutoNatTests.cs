using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>AutoNAT with unmodified js-libp2p, which asks and dials public addresses only: in a network of its own there are some.</summary>
public sealed class AutoNatTests
{
    private const string JsAddress = "20.0.1.1", OurAddress = "20.0.2.1";

    [Fact]
    public Task Js_and_we_tell_each_other_what_can_be_dialed() => PrivateNetwork.RunAsync<OnPublicAddresses>();

    public sealed class OnPublicAddresses
    {
        public OnPublicAddresses()
        {
            // Two machines in one: whoever dials one of the addresses does so from the other one.
            Ip("address", "replace", $"{JsAddress}/32", "dev", "lo");
            Ip("address", "replace", $"{OurAddress}/32", "dev", "lo");
            Ip("route", "replace", "table", "local", "local", JsAddress, "dev", "lo", "proto", "kernel", "scope", "host", "src", OurAddress);
            Ip("route", "replace", "table", "local", "local", OurAddress, "dev", "lo", "proto", "kernel", "scope", "host", "src", JsAddress);
        }

        [Fact(Explicit = true)]
        public async Task Our_address_is_confirmed_by_a_js_server_of_version_2()
        {
            await using var js = await StartJsAsync(2);
            await using var ours = await StartOursAsync(new AutoNatOptions { UseServer = false });
            var becomes = BecomesAsync(ours, Reachability.Public);
            await ours.ConnectAsync(await AddressOfAsync(js));
            await becomes;
            Assert.Equal(ours.ListenAddresses, ours.Component<AutoNatService>()!.Reachable);
        }

        [Fact(Explicit = true)]
        public async Task An_address_of_ours_that_nobody_can_dial_is_found_out_by_a_js_server_of_version_2()
        {
            await using var js = await StartJsAsync(2);
            await using var ours = await StartOursAsync(new AutoNatOptions { UseServer = false }, announce: $"/ip4/{OurAddress}/tcp/1", announceListeners: false);
            var becomes = BecomesAsync(ours, Reachability.Private);
            await ours.ConnectAsync(await AddressOfAsync(js));
            await becomes;
        }

        [Theory(Explicit = true)]
        [InlineData(1)]
        [InlineData(2)]
        public async Task The_address_of_a_js_peer_is_confirmed_by_our_server(int version)
        {
            await using var js = await StartJsAsync(version);
            await using var ours = await StartOursAsync(new AutoNatOptions { UseClient = false });
            await js.AskAsync("dial", new { address = ours.Addresses[0].WithPeerId(ours.Id).ToString() });
            using var patience = new CancellationTokenSource(JsPeer.Patience);
            while (!await IsVerifiedAsync(js)) await Task.Delay(50, patience.Token);
        }

        [Fact(Explicit = true)]
        public async Task A_js_server_of_version_1_takes_our_request_and_hangs_up()
        {
            // js-libp2p 3 dials back over the connection that it was asked on, finds that it has another address than the one to be dialed, and closes it
            // before it answers. What counts is that it took the request for one, and that no verdict comes of it.
            await using var js = await StartJsAsync(1);
            await using var ours = await StartOursAsync(new AutoNatOptions { UseServer = false });
            var connection = await ours.ConnectAsync(await AddressOfAsync(js));
            await connection.Closed.WaitAsync(JsPeer.Patience);
            Assert.Equal(Reachability.Unknown, ours.Reachability);
        }

        [Fact(Explicit = true)]
        public async Task An_address_with_another_ip_costs_us_data_that_a_js_server_takes()
        {
            Ip("address", "replace", "20.0.3.1/32", "dev", "lo");
            await using var js = await StartJsAsync(2);
            await using var ours = await StartOursAsync(
                new AutoNatOptions { UseServer = false }, listen: "/ip4/20.0.3.1/tcp/0");
            var becomes = BecomesAsync(ours, Reachability.Public);
            await ours.ConnectAsync(await AddressOfAsync(js));
            await becomes;
            Assert.Equal(ours.ListenAddresses, ours.Component<AutoNatService>()!.Reachable);
        }

        private static Task<JsPeer> StartJsAsync(int version) =>
            JsPeer.StartAsync(JsRelease.Current, new { listen = new[] { $"/ip4/{JsAddress}/tcp/0" }, autonat = new[] { version } });

        // It announces no address that nobody has verified yet.
        private static async Task<Multiaddress> AddressOfAsync(JsPeer js) =>
            Multiaddress.Parse((string)(await js.AskAsync("addresses"))["addresses"]!.AsArray().First(IsListener)!["address"]!).WithPeerId(PeerId.Parse(js.Id));

        private static bool IsListener(JsonNode? address) => ((string)address!["address"]!).Contains(JsAddress, StringComparison.Ordinal);

        private static async Task<IHost> StartOursAsync(
            AutoNatOptions options, string listen = $"/ip4/{OurAddress}/tcp/0", string? announce = null, bool announceListeners = true)
        {
            var builder = new HostBuilder().Listen(listen).UseAutoNat(options).Configure(o => o with { AnnounceListenAddresses = announceListeners });
            if (announce is not null) builder.Announce(announce);
            var host = builder.Build();
            await host.StartAsync();
            return host;
        }

        private static Task BecomesAsync(IHost host, Reachability reachability)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            host.Changed += change =>
            {
                if (change is HostEvent.ReachabilityChanged changed && changed.Reachability == reachability) done.TrySetResult();
            };
            return done.Task.WaitAsync(JsPeer.Patience);
        }

        private static async Task<bool> IsVerifiedAsync(JsPeer js) =>
            (await js.AskAsync("addresses"))["addresses"]!.AsArray().Any(address => IsListener(address) && (bool)address!["verified"]!);

        private static void Ip(params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false })!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
