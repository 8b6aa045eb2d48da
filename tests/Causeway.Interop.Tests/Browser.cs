namespace Causeway.Interop.Tests;

/// <summary>A Chromium without a window, whose pages are js-libp2p peers (<c>js/browser/pages.mjs</c>).</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly JsPeer _driver;

    private Browser(JsPeer driver) => _driver = driver;

    /// <summary>Starts it: Debian's, unless <c>CHROMIUM</c> names another.</summary>
    public static async Task<Browser> StartAsync()
    {
        var executable = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";
        if (!File.Exists(executable)) Requirement.Missing($"Chromium at {executable} (apt-get install chromium, or name another with CHROMIUM=/path)");
        return new Browser(await JsPeer.StartAsync(JsRelease.Browser, new { executable }, program: "pages.mjs"));
    }

    /// <summary>Opens a page of that name and waits until its peer runs.</summary>
    public async Task<BrowserPage> OpenAsync(string page) => new(_driver, page, (string)(await _driver.AskAsync("open", new { page }))["result"]!);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Killed, it would leave its profile behind.
            await _driver.AskAsync("close");
        }
        finally
        {
            await _driver.DisposeAsync();
        }
    }
}
