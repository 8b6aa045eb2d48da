namespace Causeway.Apps.Configuration;

/// <summary>Every key of the configuration file. docs/reference/site-configuration.md has the same table, which a test compares.</summary>
internal static class SiteKeys
{
    private const string Number = "number";
    private const string Flag = "true, false";
    private const string Text = "text";
    private const string Texts = "array of texts";
    private const string Duration = "time";

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    /// <summary>The keys, in the order of the reference page.</summary>
    public static IReadOnlyList<SiteKey> All { get; } =
    [
        new("server.port", Number, "10000", "first port that is tried, 0 to 65535; `0`: the system's choice", static (c, v) => c with { Port = v.AsNumber(0, 65_535) }),
        new("server.portRange", Number, "100", "ports to try from there on, 1 to 1000", static (c, v) => c with { PortRange = v.AsNumber(1, 1000) }),
        new("server.maxHeaderBytes", Number, "32768", "bytes that the headers of a request may have, 4096 to 16777216", static (c, v) => c with { MaxHeaderBytes = v.AsNumber(4096, 16 * 1024 * 1024) }),
        new("server.timeouts.read", Duration, "\"0s\"", "how long a request to the site may take from its headers to the first byte of the answer; `0s`: no limit. WebSockets and transfers of peers' files have none", static (c, v) => c with { ReadTimeout = v.AsLimit() }),
        new("server.timeouts.write", Duration, "\"0s\"", "how long an answer of the site may take from its first byte to its last; `0s`: no limit. WebSockets and transfers of peers' files have none", static (c, v) => c with { WriteTimeout = v.AsLimit() }),
        new("server.timeouts.idle", Duration, "\"2m\"", "how long a connection may wait for its next request", static (c, v) => c with { IdleTimeout = v.AsDuration(Moment) }),
        new("server.timeouts.readHeader", Duration, "\"15s\"", "how long the headers of a request may take", static (c, v) => c with { HeaderTimeout = v.AsDuration(Moment) }),
        new("http.cacheControl", Text, "\"no-cache\"", "the `Cache-Control` header of every file", static (c, v) => c with { CacheControl = v.AsHeader() }),
        new("http.security.xContentTypeOptions", Text, "\"nosniff\"", "the `X-Content-Type-Options` header: `nosniff`, or empty for none", static (c, v) => c with { ContentTypeOptions = v.AsOneOf("nosniff", "") }),
        new("http.security.xFrameOptions", Text, "\"\"", "the `X-Frame-Options` header: `DENY`, `SAMEORIGIN`, or empty for none; the policy below says the same to newer browsers", static (c, v) => c with { FrameOptions = v.AsOneOf("DENY", "SAMEORIGIN", "") }),
        new("http.security.contentSecurityPolicy", Text, "", "the `Content-Security-Policy` header; empty for none. Without the key: no plugins, no foreign `<base>`, no foreign frames", static (c, v) => c with { ContentSecurityPolicy = v.AsHeader() }),
        new("http.cors.enabled", Flag, "false", "let pages of `http.cors.allowOrigin` read what is served", static (c, v) => c with { CorsEnabled = v.AsFlag() }),
        new("http.cors.allowOrigin", Text, "\"\"", "an origin such as `https://www.example.org`, or `*` for every page", static (c, v) => c with { CorsOrigin = v.AsOrigin() }),
        new("http.cors.allowMethods", Texts, "[]", "methods that those pages may use besides GET, HEAD and POST", static (c, v) => c with { CorsMethods = v.AsTokens() }),
        new("http.cors.allowHeaders", Texts, "[]", "headers that those pages may send", static (c, v) => c with { CorsHeaders = v.AsTokens() }),
        new("websocket.checkOrigin", Flag, "true", "give peers only to pages of this server and of `websocket.allowedOrigins`. **`false` lets every page of the web that is open on this machine use the gateway**", static (c, v) => c with { CheckOrigin = v.AsFlag() }),
        new("websocket.allowedOrigins", Texts, "[]", "other origins whose pages get a peer, such as `http://localhost:3000`", static (c, v) => c with { AllowedOrigins = v.AsOrigins() }),
        new("websocket.readBufferSize", Number, "", "bytes that are read from a connection at once, 1 to 1048576; fewer than 4096 count as 4096. Without the key: the server's choice", static (c, v) => c with { ReadBufferSize = v.AsNumber(1, 1024 * 1024) }),
        new("websocket.writeBufferSize", Number, "", "bytes that wait to be written to a connection before its writer waits, 1 to 16777216; fewer than 65536 count as 65536. Without the key: the server's choice", static (c, v) => c with { WriteBufferSize = v.AsNumber(1, 16 * 1024 * 1024) }),
        new("behavior.autoExitTimeout", Duration, "\"5s\"", "how long to wait for another page after the last has gone", static (c, v) => c with { AutoExitTimeout = v.AsDuration(TimeSpan.Zero) }),
        new("behavior.autoOpenBrowser", Flag, "true", "open the browser", static (c, v) => c with { OpenBrowser = v.AsFlag() }),
        new("behavior.linger", Flag, "false", "keep running after the last page has gone", static (c, v) => c with { Linger = v.AsFlag() }),
        new("behavior.verbosity", Number, "0", "how much is logged, 0 to 3, as `-v` to `-vvv`", static (c, v) => c with { Verbosity = v.AsNumber(0, 3) }),
        new("files.indexFile", Text, "\"index.html\"", "the page of a folder, and of single-page applications", static (c, v) => c with { IndexFile = AsFileName(v) }),
        new("files.spaFallback", Flag, "true", "answer paths without a file and without an extension with the site's page, which routes them", static (c, v) => c with { SpaFallback = v.AsFlag() }),
        new("p2p.protocolName", Text, "\"/p2p-webapp/1.0.0\"", "the reserved protocol on which file lists and files travel between gateways", static (c, v) => c with { ProtocolName = AsProtocol(v) }),
        new("p2p.fileUpdateNotifyTopic", Text, "\"\"", "the topic on which a peer that has subscribed to it announces that its files have changed; empty for none", static (c, v) => c with { NotifyTopic = AsTopic(v) }),
        new("p2p.bootstrap", Texts, "[]", "peers to start from beyond the local network, as `--bootstrap`", static (c, v) => c with { Bootstrap = v.AsPeerAddresses(static _ => true) }),
        new("p2p.relays", Texts, "[]", "relays to wait at, as `--relay`", static (c, v) => c with { Relays = v.AsPeerAddresses(static a => !a.IsRelayed) }),
        new("p2p.local", Flag, "false", "peers stay on this machine, as `--local`", static (c, v) => c with { Local = v.AsFlag() }),
        new("p2p.portMapping", Flag, "false", "have the router forward the peers' ports, as `--port-mapping`", static (c, v) => c with { PortMapping = v.AsFlag() }),
    ];

    private static string AsFileName(SiteValue value)
    {
        var name = value.AsText();
        return Bundles.BundlePath.Refuse(name) is null && !name.Contains('/') && !name.StartsWith('.') ? name : throw value.Wrong("the name of a file, such as \"index.html\"");
    }

    private static string AsProtocol(SiteValue value)
    {
        var name = value.AsText();
        return name.StartsWith('/') && name.Length is > 1 and <= 256 ? name : throw value.Wrong("a protocol's ID, such as \"/p2p-webapp/1.0.0\"");
    }

    // As long as the names of topics may be.
    private static string? AsTopic(SiteValue value)
    {
        var topic = value.AsText();
        return System.Text.Encoding.UTF8.GetByteCount(topic) <= 1024 ? topic.Length > 0 ? topic : null : throw value.Wrong("a text of at most 1024 bytes");
    }
}
