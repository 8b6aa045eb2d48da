using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Interop.Tests;

/// <summary>A page with an unmodified js-libp2p peer (<c>js/browser/page.js</c>).</summary>
internal sealed class BrowserPage(JsPeer driver, string name, string id)
{
    /// <summary>The ID of the page's peer.</summary>
    public string Id => id;

    /// <summary>Runs one of the page's commands and returns its result; one that fails throws.</summary>
    public async Task<JsonNode?> AskAsync(string command, object parameters)
    {
        var message = JsonSerializer.SerializeToNode(parameters)!.AsObject();
        message["page"] = name;
        return (await driver.AskAsync(command, message))["result"];
    }
}
