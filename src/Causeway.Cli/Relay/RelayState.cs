using Causeway.Cryptography.Hybrid;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli.Relay;

/// <summary>What a relay keeps: its identity, and the certificate it made for itself.</summary>
internal sealed class RelayState
{
    /// <summary>The variable with the passphrase of the key.</summary>
    public const string PassphraseVariable = "CAUSEWAY_PASSPHRASE";

    private readonly Func<string, string?> _variable;

    /// <summary>The folder that is named; else the service manager's, else the user's.</summary>
    public RelayState(string? folder, Func<string, string?> variable)
    {
        _variable = variable;
        Folder = folder ?? StateFolder.Usual(variable);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The file for a certificate of the relay's own making.</summary>
    public string CertificatePath => Path.Combine(Folder, "relay-tls.pem");

    /// <summary>Reads the identity, and makes it first if there is none and no file was named.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or written, or holds no key that can be opened.</exception>
    public HybridSigningKey LoadKey(string? path)
    {
        var passphrase = _variable(PassphraseVariable) ?? "";
        try
        {
            if (path is not null) return IdentityKeyFile.Load(path, passphrase);
            path = Path.Combine(Folder, "relay.key");
            if (File.Exists(path)) return IdentityKeyFile.Load(path, passphrase);
            StateFolder.Create(Folder);
            return IdentityKeyFile.Create(path, passphrase);
        }
        catch (TunnelException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
    }
}
