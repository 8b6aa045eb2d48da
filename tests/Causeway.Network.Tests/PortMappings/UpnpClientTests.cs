using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Causeway.Network.PortMappings.Gateways;
using Causeway.Network.PortMappings.Upnp;

namespace Causeway.Network.Tests.PortMappings;

public sealed class UpnpClientTests : IDisposable
{
    private static readonly Gateway Router = new(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.2"), IPNetwork.Parse("192.168.1.0/24"));
    private static readonly GatewayRequest Request = new(ProtocolType.Tcp, 9092) { Lifetime = TimeSpan.FromHours(1) };

    private readonly SimulatedIgd _igd = new();

    public void Dispose() => _igd.Dispose();

    [Fact]
    public async Task A_port_is_mapped_checked_and_unmapped()
    {
        using var client = Client();

        Assert.Equal(new GatewayStatus(IPAddress.Parse("198.51.100.7"), false), await client.CheckAsync([], CancellationToken.None));
        Assert.Equal(new GatewayMapping(IPEndPoint.Parse("198.51.100.7:9092"), TimeSpan.FromHours(1)), await client.MapAsync(Request, CancellationToken.None));
        Assert.Equal(("192.168.1.2", "9092", "3600", "Causeway", "1"), _igd.Entries["TCP 9092"]);
        Assert.False((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
        await client.UnmapAsync(Request, CancellationToken.None);
        Assert.Empty(_igd.Entries);
        Assert.True((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
        await client.UnmapAsync(Request, CancellationToken.None);
    }

    [Fact]
    public async Task A_port_that_another_machine_has_meanwhile_counts_as_forgotten()
    {
        using var client = Client();
        await client.MapAsync(Request, CancellationToken.None);
        _igd.Entries["TCP 9092"] = ("192.168.1.3", "9092", "0", "other", "1");

        Assert.True((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_replaced_by_another_one()
    {
        _igd.Entries["TCP 9092"] = ("192.168.1.3", "9092", "0", "other", "1");
        using var client = Client();
        var granted = await client.MapAsync(Request, CancellationToken.None);

        Assert.InRange(granted.External.Port, 1024, 65535);
        Assert.NotEqual(9092, granted.External.Port);
        Assert.Equal("192.168.1.2", _igd.Entries[$"TCP {granted.External.Port}"].Client);
        Assert.Equal("192.168.1.3", _igd.Entries["TCP 9092"].Client);
    }

    [Fact]
    public async Task A_router_of_version_2_chooses_another_port_itself()
    {
        _igd.Version = 2;
        _igd.Entries["TCP 9092"] = ("192.168.1.3", "9092", "0", "other", "1");
        using var client = Client();

        Assert.Equal(9093, (await client.MapAsync(Request, CancellationToken.None)).External.Port);
        Assert.Contains("AddAnyPortMapping", _igd.Actions);
    }

    [Fact]
    public async Task A_router_that_gives_every_port_to_others_is_given_up()
    {
        _igd.Error = action => action == "AddPortMapping" ? 718 : 0;
        using var client = Client();

        Assert.Contains("another machine", (await Assert.ThrowsAsync<GatewayException>(() => client.MapAsync(Request, CancellationToken.None))).Message);
        Assert.Equal(8, _igd.Actions.Count(a => a == "AddPortMapping"));
    }

    [Fact]
    public async Task A_router_that_knows_only_permanent_mappings_gets_one()
    {
        _igd.OnlyPermanent = true;
        using var client = Client();

        Assert.Equal(Timeout.InfiniteTimeSpan, (await client.MapAsync(Request, CancellationToken.None)).Lifetime);
        Assert.Equal("0", _igd.Entries["TCP 9092"].Lease);
    }

    [Theory]
    [InlineData(606, "does not allow")]
    [InlineData(728, "no mapping left")]
    [InlineData(402, "402")]
    public async Task A_refusal_says_why(int code, string why)
    {
        _igd.Error = action => action == "AddPortMapping" ? code : 0;
        using var client = Client();

        Assert.Contains(why, (await Assert.ThrowsAsync<GatewayException>(() => client.MapAsync(Request, CancellationToken.None))).Message);
    }

    [Fact]
    public async Task A_router_that_cannot_be_asked_for_an_entry_is_believed_to_have_it()
    {
        using var client = Client();
        await client.MapAsync(Request, CancellationToken.None);
        _igd.Error = action => action == "GetSpecificPortMappingEntry" ? 401 : 0;

        Assert.False((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
    }

    [Fact]
    public async Task A_service_that_has_no_address_comes_after_one_that_has()
    {
        _igd.UnconnectedServices = 1;
        using var client = Client();

        Assert.Equal(IPAddress.Parse("198.51.100.7"), (await client.CheckAsync([], CancellationToken.None)).ExternalAddress);
    }

    [Fact]
    public async Task Where_nothing_answers_that_is_said()
    {
        using var client = new UpnpClient(Router, "Causeway", new UpnpHttp(_igd, TimeProvider.System), _ => Task.FromResult<IReadOnlyList<Uri>>([]));

        await Assert.ThrowsAsync<GatewayException>(() => client.CheckAsync([], CancellationToken.None));
    }

    [Fact]
    public async Task After_a_failure_the_device_is_searched_again()
    {
        var searches = 0;
        using var client = Client(() => searches++);
        await client.CheckAsync([], CancellationToken.None);
        await client.CheckAsync([], CancellationToken.None);
        Assert.Equal(1, searches);
        _igd.IsDown = true;
        await Assert.ThrowsAsync<GatewayException>(() => client.CheckAsync([], CancellationToken.None));
        _igd.IsDown = false;
        await client.CheckAsync([], CancellationToken.None);
        Assert.Equal(3, searches);
    }

    [Fact]
    public async Task A_device_that_has_moved_to_another_port_is_found_at_once()
    {
        using var client = Client(() => { });
        await client.MapAsync(Request, CancellationToken.None);
        _igd.Move();
        Assert.False((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
        _igd.Move();
        await client.MapAsync(Request, CancellationToken.None);
        _igd.Move();
        await client.UnmapAsync(Request, CancellationToken.None);

        Assert.Empty(_igd.Entries);
    }

    private UpnpClient Client(Action? onSearch = null) => new(Router, "Causeway", new UpnpHttp(_igd, TimeProvider.System), _ =>
    {
        onSearch?.Invoke();
        return Task.FromResult<IReadOnlyList<Uri>>([_igd.Location]);
    });

    /// <summary>An Internet gateway behind an HTTP handler.</summary>
    private sealed class SimulatedIgd : HttpMessageHandler
    {
        private int _asked;

        public int Version { get; set; } = 1;

        public bool OnlyPermanent { get; set; }

        public bool IsDown { get; set; }

        public Uri Location { get; private set; } = new("http://192.168.1.1:5000/rootDesc.xml");

        public int UnconnectedServices { get; set; }

        public Func<string, int> Error { get; set; } = _ => 0;

        public List<string> Actions { get; } = [];

        public Dictionary<string, (string Client, string Port, string Lease, string Description, string Enabled)> Entries { get; } = [];

        public void Move() => Location = new Uri($"http://192.168.1.1:{Location.Port + 1}/rootDesc.xml");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsDown || request.RequestUri!.Port != Location.Port) throw new HttpRequestException("down");
            if (request.Method == HttpMethod.Get)
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(IgdDescriptionTests.Document.Replace("WANIPConnection:1", $"WANIPConnection:{Version}")) };

            var call = XElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).Descendants().First(e => e.Name.NamespaceName.StartsWith("urn:schemas-upnp-org:service:", StringComparison.Ordinal));
            var action = call.Name.LocalName;
            Assert.Equal($"\"{call.Name.NamespaceName}#{action}\"", request.Headers.GetValues("SOAPAction").Single());
            Actions.Add(action);
            string Argument(string name) => call.Element(name)?.Value ?? "";
            var key = $"{Argument("NewProtocol")} {Argument("NewExternalPort")}";
            if (Error(action) is not 0 and var code) return Refuse(code);
            switch (action)
            {
                case "GetExternalIPAddress":
                    return Answer(call.Name, ("NewExternalIPAddress", _asked++ < UnconnectedServices ? "" : "198.51.100.7"));
                case "GetSpecificPortMappingEntry":
                    return Entries.TryGetValue(key, out var entry) ? Answer(call.Name, ("NewInternalPort", entry.Port), ("NewInternalClient", entry.Client)) : Refuse(714);
                case "DeletePortMapping":
                    return Entries.Remove(key) ? Answer(call.Name) : Refuse(714);
                case "AddPortMapping" or "AddAnyPortMapping":
                    if (OnlyPermanent && Argument("NewLeaseDuration") != "0") return Refuse(725);
                    var port = int.Parse(Argument("NewExternalPort"));
                    if (Entries.TryGetValue(key, out var other) && other.Client != Argument("NewInternalClient"))
                    {
                        if (action == "AddPortMapping") return Refuse(718);
                        port++;
                    }

                    Entries[$"{Argument("NewProtocol")} {port}"] = (Argument("NewInternalClient"), Argument("NewInternalPort"), Argument("NewLeaseDuration"), Argument("NewPortMappingDescription"), Argument("NewEnabled"));
                    return Answer(call.Name, ("NewReservedPort", $"{port}"));
                default:
                    return Refuse(401);
            }
        }

        private static HttpResponseMessage Answer(XName action, params (string Name, string Value)[] values) => new(HttpStatusCode.OK)
        {
            Content = new StringContent($"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:{action.LocalName}Response xmlns:u=\"{action.NamespaceName}\">{string.Concat(values.Select(v => $"<{v.Name}>{v.Value}</{v.Name}>"))}</u:{action.LocalName}Response></s:Body></s:Envelope>"),
        };

        private static HttpResponseMessage Refuse(int code) => new(HttpStatusCode.InternalServerError)
        {
            Content = new StringContent($"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><detail><UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>{code}</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>"),
        };
    }
}
