using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Causeway.Cli.Relay;
using Causeway.Hosting.Lifecycle;
using Causeway.Relay;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway relay</c>.</summary>
internal static class RelayCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var defaults = new RelayOptions();
        var listen = new Option<IPAddress[]>("--listen")
        {
            Description = "Address to listen on, such as 192.0.2.1. May be repeated. Default: all; with --plain this machine only.",
            CustomParser = result => OptionText.ParseAll(result, text => IPAddress.TryParse(text, out var address) ? address : null, "takes IP addresses, such as 0.0.0.0"),
        };
        var port = new Option<int?>("--port", "-p") { Description = "Port to listen on; 0: the system's choice. Default: 443, 8443 without the right to it, 8080 with --plain." };
        var name = new Option<string[]>("--name") { Description = "Name or address by which members reach the relay, for the address that is printed. May be repeated. Default: this machine's name." };
        var certificate = new Option<string?>("--cert") { Description = "Serve TLS with the certificate in this PEM file, and those between it and the root. Read again when it changes. Default: a self-signed one that is made and kept." };
        var certificateKey = new Option<string?>("--cert-key") { Description = "PEM file with the certificate's key. Default: the same file." };
        var plain = new Option<bool>("--plain", "--no-tls") { Arity = ArgumentArity.Zero, Description = "Serve without TLS, behind a proxy that has it." };
        var proxies = new Option<IPNetwork[]>("--trusted-proxy") { Description = "Believe X-Forwarded-For from this address or network, such as 127.0.0.1 or 10.0.0.0/8. May be repeated.", CustomParser = OptionText.ParseNetworks };
        var state = new Option<string?>("--state") { Description = "Folder for the relay's key and its own certificate. Default: $STATE_DIRECTORY, else $XDG_STATE_HOME/causeway, else ~/.local/state/causeway." };
        var key = new Option<string?>("--key") { Description = $"File with the relay's identity. Default: relay.key in the folder, made when it is not there. An encrypted one is opened with the environment variable {RelayState.PassphraseVariable}." };
        var allow = new Option<string?>("--allow") { Description = "Serve only the peers in this file: one peer ID in each line. Read again when it changes." };
        var maxMembers = new Option<int>("--max-members") { Description = "Connections at most.", DefaultValueFactory = _ => defaults.MaxMembers };
        var perAddress = new Option<int>("--max-per-address") { Description = "Connections at most of one IPv4 address, or one /64 of IPv6.", DefaultValueFactory = _ => defaults.MaxPerAddress };
        var bytes = new Option<long>("--bytes-per-second") { Description = "Bytes per second that each member may send, such as 50M; 0: no limit.", DefaultValueFactory = _ => defaults.BytesPerSecond, CustomParser = OptionText.ParseSize };
        var frames = new Option<int>("--frames-per-second") { Description = "Frames per second that each member may send; 0: no limit.", DefaultValueFactory = _ => defaults.FramesPerSecond };
        var memory = new Option<long>("--queue-memory") { Description = "Memory for what waits to be sent, such as 256M.", DefaultValueFactory = _ => defaults.QueueMemory, CustomParser = OptionText.ParseSize };
        var idle = new Option<TimeSpan>("--idle-limit") { Description = "Silence after which a member is gone, such as 60s.", DefaultValueFactory = _ => defaults.IdleLimit, CustomParser = OptionText.ParseDuration };
        var drain = new Option<TimeSpan>("--drain") { Description = "Time that members get to move elsewhere when the relay is told to end, such as 10s.", DefaultValueFactory = _ => TimeSpan.FromSeconds(10), CustomParser = OptionText.ParseDuration };
        var metrics = new Option<IPNetwork[]>("--metrics-from") { Description = "Let this address or network read /metrics, too. May be repeated. Default: this machine only.", CustomParser = OptionText.ParseNetworks };
        var verbose = new Option<bool>("--verbose", "-v") { Arity = ArgumentArity.Zero, Description = "Say more; -vv and -vvv say still more." };

        var command = new Command("relay", "Forward the encrypted frames of tunnels between their members. The relay cannot read them.")
        {
            listen, port, name, certificate, certificateKey, plain, proxies, state, key, allow, maxMembers, perAddress, bytes, frames, memory, idle, drain, metrics, verbose,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(plain) && (result.GetValue(certificate) ?? result.GetValue(certificateKey)) is not null) result.AddError("--plain serves without TLS; leave --cert and --cert-key away.");
            if (result.GetValue(certificateKey) is not null && result.GetValue(certificate) is null) result.AddError("--cert-key belongs to a certificate; name it with --cert.");
        });
        command.SetAction((result, _) => new RelayRunner(environment).RunAsync(new RelaySettings
        {
            Listen = result.GetValue(listen) ?? [],
            Port = result.GetValue(port) is { } number ? OptionText.RequirePort(number) : null,
            Names = result.GetValue(name) ?? [],
            Plain = result.GetValue(plain),
            Certificate = result.GetValue(certificate),
            CertificateKey = result.GetValue(certificateKey),
            State = result.GetValue(state),
            Key = result.GetValue(key),
            Allow = result.GetValue(allow),
            MetricsFrom = result.GetValue(metrics) ?? [],
            Drain = result.GetValue(drain),
            Verbosity = result.GetResult(verbose)?.IdentifierTokenCount ?? 0,
            Options = Checked(defaults with
            {
                MaxMembers = result.GetValue(maxMembers),
                MaxPerAddress = result.GetValue(perAddress),
                BytesPerSecond = result.GetValue(bytes),
                FramesPerSecond = result.GetValue(frames),
                QueueMemory = result.GetValue(memory),
                IdleLimit = result.GetValue(idle),
                TrustedProxies = result.GetValue(proxies) ?? [],
            }),
        }));
        return command;
    }

    private static RelayOptions Checked(RelayOptions options)
    {
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message.Split(" (Parameter", 2)[0], e);
        }
    }
}
