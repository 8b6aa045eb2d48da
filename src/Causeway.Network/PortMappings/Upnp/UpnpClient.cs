using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>Asks an Internet Gateway Device (UPnP IGD, WANIPConnection:1 and :2, WANPPPConnection:1).</summary>
/// <param name="gateway">The router.</param>
/// <param name="description">The name of the mappings.</param>
/// <param name="http">HTTP.</param>
/// <param name="search">Finds where gateways describe themselves.</param>
internal sealed class UpnpClient(Gateway gateway, string description, UpnpHttp http, Func<CancellationToken, Task<IReadOnlyList<Uri>>> search) : IGatewayClient
{
    // Of the devices that answer to a search, so many are asked.
    private const int MaxDevices = 4;
    private const int MaxPortAttempts = 8;
    private const int FirstFreePort = 1024;

    private IgdService? _service;
    private bool _isPermanent;

    public PortMappingProtocol Protocol => PortMappingProtocol.Upnp;

    public Task<GatewayStatus> CheckAsync(IReadOnlyCollection<GatewayRequest> mappings, CancellationToken cancellationToken) => WithServiceAsync(
        async service =>
        {
            var address = await AddressAsync(service, cancellationToken);
            var hasForgotten = false;
            foreach (var mapping in mappings) hasForgotten |= !await IsKnownAsync(service, mapping, cancellationToken);
            return new GatewayStatus(address, hasForgotten);
        },
        cancellationToken);

    public Task<GatewayMapping> MapAsync(GatewayRequest request, CancellationToken cancellationToken) => WithServiceAsync(
        async service =>
        {
            var port = await AddAsync(service, request, cancellationToken);
            var address = await AddressAsync(service, cancellationToken) ?? throw new GatewayException($"{gateway.Address} has no connection itself");
            return new GatewayMapping(new IPEndPoint(address, port), _isPermanent ? Timeout.InfiniteTimeSpan : request.Lifetime);
        },
        cancellationToken);

    public Task UnmapAsync(GatewayRequest request, CancellationToken cancellationToken) => WithServiceAsync(
        async service =>
        {
            try
            {
                return await http.CallAsync(service, "DeletePortMapping", Key(request.Protocol, request.ExternalPort), cancellationToken);
            }
            catch (UpnpErrorException exception) when (exception.Code == UpnpErrorException.NoSuchEntry)
            {
                // It has expired.
                return null;
            }
        },
        cancellationToken);

    public void Dispose() => http.Dispose();

    private static GatewayException Refused(UpnpErrorException exception) => new(
        exception.Code switch
        {
            606 => "the router does not allow this machine to map ports",
            UpnpErrorException.NoMappingsLeft => "the router has no mapping left",
            UpnpErrorException.Conflict or UpnpErrorException.OtherConflict => "the router has given the port to another machine",
            _ => exception.Message,
        },
        exception);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static (string Name, string Value)[] Key(ProtocolType protocol, int externalPort) =>
        [("NewRemoteHost", ""), ("NewExternalPort", Text(externalPort)), ("NewProtocol", protocol == ProtocolType.Tcp ? "TCP" : "UDP")];

    /// <summary>Does something with the service. A device that has restarted may listen at another port: where it does not answer it is searched for once more.</summary>
    private async Task<T> WithServiceAsync<T>(Func<IgdService, Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            if (_service is not null)
            {
                try
                {
                    return await act(_service);
                }
                catch (GatewayException)
                {
                    _service = null;
                }
            }

            return await act(_service = await FindAsync(cancellationToken));
        }
        catch (UpnpErrorException exception)
        {
            throw Refused(exception);
        }
    }

    /// <summary>The first service that is connected; where none is, the first that answers.</summary>
    private async Task<IgdService> FindAsync(CancellationToken cancellationToken)
    {
        var problem = new GatewayException("no router of the local network answers to UPnP");
        IgdService? other = null;
        foreach (var location in (await search(cancellationToken)).Take(MaxDevices))
        {
            try
            {
                foreach (var service in IgdDescription.Read(await http.GetAsync(location, cancellationToken), location, gateway.Network))
                {
                    var address = await AddressAsync(service, cancellationToken);
                    if (address is not null && !address.Equals(IPAddress.Any)) return service;
                    other ??= service;
                }
            }
            catch (GatewayException exception)
            {
                problem = exception;
            }
            catch (UpnpErrorException exception)
            {
                problem = Refused(exception);
            }
        }

        return other ?? throw problem;
    }

    private async Task<IPAddress?> AddressAsync(IgdService service, CancellationToken cancellationToken)
    {
        var answer = await http.CallAsync(service, "GetExternalIPAddress", [], cancellationToken);
        return IPAddress.TryParse(answer.Text("NewExternalIPAddress"), out var address) ? address : null;
    }

    private async Task<bool> IsKnownAsync(IgdService service, GatewayRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var entry = await http.CallAsync(service, "GetSpecificPortMappingEntry", Key(request.Protocol, request.ExternalPort), cancellationToken);
            return entry.Text("NewInternalClient") == gateway.LocalAddress.ToString() && entry.Text("NewInternalPort") == Text(request.InternalPort);
        }
        catch (UpnpErrorException exception)
        {
            // What the router will not tell is taken to be there; only that there is none counts.
            return exception.Code != UpnpErrorException.NoSuchEntry;
        }
    }

    private async Task<int> AddAsync(IgdService service, GatewayRequest request, CancellationToken cancellationToken)
    {
        var port = request.ExternalPort;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AddAsync(service, request, port, cancellationToken);
            }
            catch (UpnpErrorException exception) when (exception.Code == UpnpErrorException.OnlyPermanentLeases && !_isPermanent)
            {
                _isPermanent = true;
            }
            catch (UpnpErrorException exception) when (exception.Code == UpnpErrorException.SamePortsRequired && port != request.InternalPort)
            {
                port = request.InternalPort;
            }
            catch (UpnpErrorException exception) when (exception.Code is UpnpErrorException.Conflict or UpnpErrorException.OtherConflict && attempt < MaxPortAttempts)
            {
                port = RandomNumberGenerator.GetInt32(FirstFreePort, ushort.MaxValue + 1);
            }
        }
    }

    private async Task<int> AddAsync(IgdService service, GatewayRequest request, int port, CancellationToken cancellationToken)
    {
        (string, string)[] arguments =
        [
            .. Key(request.Protocol, port),
            ("NewInternalPort", Text(request.InternalPort)),
            ("NewInternalClient", gateway.LocalAddress.ToString()),
            ("NewEnabled", "1"),
            ("NewPortMappingDescription", description),
            ("NewLeaseDuration", _isPermanent ? "0" : Text((int)request.Lifetime.TotalSeconds)),
        ];
        if (!service.ChoosesPorts)
        {
            await http.CallAsync(service, "AddPortMapping", arguments, cancellationToken);
            return port;
        }

        var answer = await http.CallAsync(service, "AddAnyPortMapping", arguments, cancellationToken);
        return int.TryParse(answer.Text("NewReservedPort"), NumberStyles.None, CultureInfo.InvariantCulture, out var reserved) && reserved is > 0 and <= ushort.MaxValue
            ? reserved
            : throw new GatewayException($"{gateway.Address} grants no port");
    }
}
