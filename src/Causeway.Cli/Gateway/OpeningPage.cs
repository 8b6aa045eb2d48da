using System.Net;
using System.Text;

namespace Causeway.Cli.Gateway;

/// <summary>
/// A file that only the user can read and that sends the browser on to an address with a secret in it: the arguments of a browser can be read by every user
/// of the machine. Deleted with its folder in the end.
/// </summary>
internal sealed class OpeningPage : IDisposable
{
    private readonly string _folder;

    private OpeningPage(string folder, string file)
    {
        _folder = folder;
        Address = new Uri(file);
    }

    /// <summary>What to open.</summary>
    public Uri Address { get; }

    /// <summary>Writes the file: in the session's own folder where there is one (XDG Base Directory Specification), else among the temporary ones.</summary>
    /// <returns>Null when it cannot be written.</returns>
    public static OpeningPage? TryCreate(Uri target, Func<string, string?> environment)
    {
        try
        {
            var folder = CreateFolder(environment("XDG_RUNTIME_DIR"));
            var file = Path.Combine(folder, "open.html");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(file, options)) stream.Write(Encoding.UTF8.GetBytes(Html(target)));
            return new OpeningPage(folder, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone else has deleted it.
        }
    }

    // Both ways make a folder that nobody else can enter.
    private static string CreateFolder(string? runtime)
    {
        if (OperatingSystem.IsWindows() || !Path.IsPathFullyQualified(runtime ?? "") || !Directory.Exists(runtime)) return Directory.CreateTempSubdirectory("causeway-").FullName;
        var folder = Path.Combine(runtime, "causeway-" + Guid.NewGuid().ToString("N"));
        return Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    private static string Html(Uri target)
        => $"<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\"><meta http-equiv=\"refresh\" content=\"0; url={WebUtility.HtmlEncode(target.AbsoluteUri)}\"><title>Causeway</title>\n";
}
