using System.Text;
using System.Text.RegularExpressions;

namespace Causeway.Apps.Building;

/// <summary>Knows files that should not leave the machine they are on, by their names and by how they begin. The list is in docs/reference/app-command.md.</summary>
public static partial class PrivateMatter
{
    /// <summary>How many bytes of a file <see cref="InContent"/> looks at.</summary>
    public const int Head = 16 * 1024;

    private static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pem"] = "a private key or certificate",
        [".key"] = "a private key",
        [".p8"] = "a private key",
        [".p12"] = "a private key or certificate",
        [".pfx"] = "a private key or certificate",
        [".ppk"] = "a private key",
        [".jks"] = "a private key or certificate",
        [".keystore"] = "a private key or certificate",
        [".kdbx"] = "a store of passwords",
        [".env"] = "settings with secrets",
        [".db"] = "a database",
        [".db-wal"] = "a database",
        [".db-shm"] = "a database",
        [".db-journal"] = "a database",
        [".sqlite"] = "a database",
        [".sqlite-wal"] = "a database",
        [".sqlite-shm"] = "a database",
        [".sqlite-journal"] = "a database",
        [".sqlite3"] = "a database",
        [".lock"] = "a running program's mark",
        [".sock"] = "a running program's socket",
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id_rsa"] = "a private key",
        ["id_dsa"] = "a private key",
        ["id_ecdsa"] = "a private key",
        ["id_ed25519"] = "a private key",
        ["invitations.json"] = "secrets of a tunnel",
    };

    /// <summary>The folder in which the older server of this protocol keeps its peers' keys.</summary>
    private const string StorageFolder = "storage";

    /// <summary>Why a file's or folder's path says that it should stay; null if it does not. Folders end with <c>/</c>.</summary>
    public static string? InPath(string path)
    {
        var segments = path.TrimEnd('/').Split('/');
        var name = segments[^1];

        // What is hidden is not served either; /.well-known is meant to be seen (RFC 8615).
        if (name.StartsWith('.') && name != ".well-known") return "hidden";
        if (path == StorageFolder + "/") return "storage of a server";
        if (path.EndsWith('/')) return null;
        return Names.GetValueOrDefault(name) ?? Extensions.GetValueOrDefault(Path.GetExtension(name));
    }

    /// <summary>Why a file's first bytes say that it should stay; null if they do not.</summary>
    public static string? InContent(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("SQLite format 3\0"u8)) return "a database";
        var text = Encoding.Latin1.GetString(head);
        if (text.Contains("/key/swarm/psk/", StringComparison.Ordinal)) return "the key of a private network";
        if (PemKey().IsMatch(text)) return "a private key";
        return Libp2pKey().IsMatch(text) ? "a private key" : null;
    }

    // RFC 7468; also OpenSSH's and the older forms.
    [GeneratedRegex("-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY", RegexOptions.NonBacktracking)]
    private static partial Regex PemKey();

    // The base64 of a libp2p key's protobuf and nothing else: field 1 is its type (RSA 0, Ed25519 1, secp256k1 2, ECDSA 3), field 2 the key (libp2p/specs, peer-ids).
    [GeneratedRegex(@"^\s*CA[AEIM]S[A-Za-z0-9+/]{40,}={0,2}\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Libp2pKey();
}
