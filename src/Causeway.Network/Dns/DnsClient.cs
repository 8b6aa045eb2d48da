using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Causeway.Network.Dns;

/// <summary>Asks one server after the other until one answers.</summary>
internal sealed class DnsClient(TimeProvider time)
{
    private IPEndPoint? _lastGood;

    /// <summary>Asks.</summary>
    /// <returns>A message without error, or with a name error.</returns>
    /// <exception cref="DnsException">No server gave an answer that can be used.</exception>
    public async Task<DnsMessage> AskAsync(ResolverConfiguration configuration, DnsName name, DnsType type, CancellationToken cancellationToken)
    {
        List<(DnsFailure Failure, string Text)> failures = [];

        // The one that answered last time comes first: a dead server costs its timeout once, not with every question.
        IReadOnlyList<IPEndPoint> servers = [.. configuration.Servers.OrderBy(s => s.Equals(_lastGood) ? 0 : 1)];
        for (var attempt = 0; attempt < configuration.Attempts; attempt++)
        {
            foreach (var server in servers)
            {
                using var timeout = new CancellationTokenSource(configuration.Timeout, time);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
                try
                {
                    var message = await AskAsync(server, new DnsQuery((ushort)RandomNumberGenerator.GetInt32(0x10000), name, type), patience.Token);
                    if (message.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NameError)
                    {
                        _lastGood = server;
                        return message;
                    }

                    failures.Add((DnsFailure.Refused, $"{server} answers with {Describe(message.ResponseCode)}"));
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    failures.Add((DnsFailure.Unreachable, $"{server} does not answer"));
                }
                catch (FormatException exception)
                {
                    failures.Add((DnsFailure.Malformed, $"{server}: {exception.Message}"));
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    failures.Add((DnsFailure.Unreachable, $"{server}: {exception.Message}"));
                }
            }
        }

        // What a server said tells more than that another said nothing.
        var failure = failures.Max(f => f.Failure == DnsFailure.Unreachable ? default : f.Failure) is var said and not default(DnsFailure) ? said : DnsFailure.Unreachable;
        throw new DnsException(failure, $"{name} cannot be resolved: {string.Join("; ", failures.Select(f => f.Text).Distinct())}. Is the network up, and are the DNS servers right?");
    }

    private static async Task<DnsMessage> AskAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        var message = await DnsSockets.AskByDatagramAsync(server, query, cancellationToken);
        return message.IsTruncated ? await DnsSockets.AskByStreamAsync(server, query, cancellationToken) : message;
    }

    private static string Describe(int responseCode) => responseCode switch
    {
        DnsResponseCode.FormatError => "'format error'",
        DnsResponseCode.ServerFailure => "'server failure'",
        DnsResponseCode.Refused => "'refused'",
        _ => $"error {responseCode}",
    };
}
