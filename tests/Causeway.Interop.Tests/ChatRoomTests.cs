using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Gateway.Tests;

namespace Causeway.Interop.Tests;

/// <summary>A js-libp2p peer takes part in the chat room of a page: found by multicast DNS, connected without being asked, heard by both.</summary>
public sealed partial class ChatRoomTests
{
    private const string Room = "causeway-chat/lobby";

    [Fact]
    public Task A_js_peer_takes_part_in_the_chat_room() => PrivateNetwork.RunAsync<OnAPrivateNetwork>();

    [GeneratedRegex(@"http://[\w.:\[\]]+", RegexOptions.NonBacktracking)]
    private static partial Regex AddressPattern();

    public sealed class OnAPrivateNetwork
    {
        [Fact(Explicit = true)]
        public async Task Page_and_js_peer_hear_each_other_in_the_room()
        {
            var state = Directory.CreateTempSubdirectory("causeway-gateway-");
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "causeway"), ["gateway", "--noopen"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,

                // Files of pages do not go to those of whoever runs the tests.
                Environment = { ["XDG_STATE_HOME"] = state.FullName },
            };
            using var gateway = Process.Start(start)!;
            try
            {
                var address = await WaitForAddressAsync(gateway).WaitAsync(TestPage.Patience);
                await TalkAsync(new Uri($"ws://{address.Authority}/ws"));
            }
            finally
            {
                gateway.Kill();
                await gateway.WaitForExitAsync();
                state.Delete(recursive: true);
            }
        }

        private static async Task TalkAsync(Uri socket)
        {
            using var page = await TestPage.ConnectAsync(socket);
            await page.CreatePeerAsync();
            await page.RequestAsync("subscribe", $$"""{"topic":"{{Room}}"}""");

            await using var js = await JsPeer.StartAsync(JsRelease.Current, new
            {
                listen = new[] { "/ip4/0.0.0.0/tcp/0" },
                gossipsub = new { },
                mdns = new { serviceTag = "p2p-webapp.local", interval = 1000 },
            });
            await js.AskAsync("subscribe", new { topic = Room });

            var joined = await page.NextPushAsync("peerChange");
            Assert.Equal(js.Id, joined.GetProperty("peerid").GetString());
            Assert.True(joined.GetProperty("joined").GetBoolean());
            await js.WaitForAsync("subscriptions", e => (string)e["peer"]! == page.PeerId);

            await page.RequestAsync("publish", $$$"""{"topic":"{{{Room}}}","data":{"type":"text","id":"1","text":"hello from the page"}}""");
            var heard = await js.WaitForAsync("message", e => (string)e["topic"]! == Room);
            Assert.Equal(page.PeerId, (string)heard["from"]!);
            Assert.Equal("hello from the page", (string)JsonNode.Parse(Convert.FromBase64String((string)heard["data"]!))!["text"]!);

            var said = """{"type":"text","id":"2","text":"hello from JavaScript","exact":12345678901234567890.10}""";
            await js.AskAsync("publish", new { topic = Room, base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(said)) });
            while (true)
            {
                var message = await page.NextPushAsync("topicData");
                if (message.GetProperty("peerid").GetString() != js.Id) continue;
                Assert.Equal(said, message.GetProperty("data").GetRawText());
                break;
            }

            js.Kill();
            var left = await page.NextPushAsync("peerChange");
            Assert.Equal(js.Id, left.GetProperty("peerid").GetString());
            Assert.False(left.GetProperty("joined").GetBoolean());
        }

        private static async Task<Uri> WaitForAddressAsync(Process gateway)
        {
            while (await gateway.StandardOutput.ReadLineAsync() is { } line)
            {
                if (AddressPattern().Match(line) is { Success: true } match) return new Uri(match.Value);
            }

            throw new InvalidOperationException("The gateway ended before it was up.");
        }
    }
}
