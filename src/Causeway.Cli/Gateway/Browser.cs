using System.ComponentModel;
using System.Diagnostics;

namespace Causeway.Cli.Gateway;

/// <summary>Opens the user's browser, where there is one. Never fails: the address is printed anyway.</summary>
internal static class Browser
{
    /// <summary>Opens an address.</summary>
    public static void Open(Uri address)
    {
        // Without a display xdg-open would look for text browsers and take over the terminal.
        if (OperatingSystem.IsLinux() && !Has("DISPLAY") && !Has("WAYLAND_DISPLAY")) return;
        var (program, first) = OperatingSystem.IsMacOS() ? ("open", "")
            : OperatingSystem.IsWindows() ? ("rundll32", "url.dll,FileProtocolHandler")
            : ("xdg-open", "");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        if (first.Length > 0) start.ArgumentList.Add(first);
        start.ArgumentList.Add(address.AbsoluteUri);
        start.Environment.Remove(FixedToken.Variable);
        try
        {
            Process.Start(start)?.Dispose();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            // No browser here.
        }
    }

    private static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
