using System.Security.Cryptography;
using System.Text;

namespace Causeway.Hosting.Access;

/// <summary>The page for browsers that have not shown the launch token: it takes the token from its own address, or asks for it.</summary>
internal static class LoginPage
{
    private const string Style = "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}"
        + "input,button{font:inherit;padding:.4rem .6rem}input{width:20rem;max-width:100%}";

    // The token leaves the address bar before anything else happens. An empty login succeeds where the cookie is set already: it is not sent when another
    // site's link leads here, and then it is only this page that does not know.
    private const string Script = """

        'use strict';
        const form = document.querySelector('form');
        const field = document.querySelector('input');
        const told = document.querySelector('[role=status]');
        const login = async token => {
          const answer = await fetch('/login', { method: 'POST', body: token });
          if (answer.ok) location.replace('/');
          return answer.ok;
        };
        const attempt = async (token, failure) => {
          try {
            if (await login(token)) return;
            told.textContent = failure;
          } catch {
            told.textContent = 'The gateway does not answer. Is it still running?';
          }
          form.hidden = false;
          field.focus();
        };
        form.addEventListener('submit', event => {
          event.preventDefault();
          void attempt(field.value.trim(), 'That is not the token of this launch.');
        });
        const start = () => {
          const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
          if (location.hash) history.replaceState(null, '', location.pathname);
          void attempt(token, token ? 'That is not the token of this launch.' : '');
        };
        addEventListener('hashchange', () => { if (location.hash) start(); });
        start();

        """;

    /// <summary>The page.</summary>
    public static byte[] Html { get; } = Encoding.UTF8.GetBytes(
        $"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Causeway: log in</title>
        <style>{Style}</style>
        <h1>This gateway asks for its token</h1>
        <p>Open the address that it printed when it started, or enter the token here.</p>
        <form hidden><label>Token <input type="password" autocomplete="off" required></label> <button>Log in</button></form>
        <p role="status"></p>
        <script>{Script}</script>

        """.ReplaceLineEndings("\n"));

    /// <summary>Its policy: nothing but its own script and style, by their hashes, and requests to where it came from.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; script-src '{HashOf(Script)}'; style-src '{HashOf(Style)}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string HashOf(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));
}
