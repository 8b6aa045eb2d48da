using Causeway.Cli.Identity;
using Causeway.Cryptography.Keys;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Node;

/// <summary>What a node keeps: its identity, what it knows of others, and its control socket.</summary>
internal sealed class NodeState(string? folder, Func<string, string?> variable)
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder ?? Path.Combine(StateFolder.Usual(variable), "node"));

    /// <summary>The file for a certificate of the node's own making.</summary>
    public string CertificatePath => Path.Combine(Folder, "node-tls.pem");

    /// <summary>The control socket.</summary>
    public string SocketPath => Path.Combine(Folder, "node.sock");

    /// <summary>Makes the folder and takes it for this process.</summary>
    /// <exception cref="UserErrorException">Another process has it, or it cannot be written.</exception>
    public IDisposable Take()
    {
        StateFolder.Create(Folder);
        try
        {
            // On Unix a lock of the kernel's, which ends with the process, however it ends.
            return new FileStream(Path.Combine(Folder, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new UserErrorException(ExitCode.Failure, $"another node runs with the folder '{Folder}'; end it, or name another folder with --state", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the folder '{Folder}' cannot be written: {e.Message.TrimEnd('.')}; name another with --state", e);
        }
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows: a read-only or full disk says otherwise.
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    /// <summary>Reads the identity, and makes it first if there is none and no file was named.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or written, or holds no key.</exception>
    public PrivateKey LoadKey(string? path)
    {
        if (path is not null) return KeyFile.Read(path);
        path = Path.Combine(Folder, "node.key");
        if (File.Exists(path)) return KeyFile.Read(path);
        var key = PrivateKey.Generate();
        KeyFile.Create(path, key);
        return key;
    }
}
