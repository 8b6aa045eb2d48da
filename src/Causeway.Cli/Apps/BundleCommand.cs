using System.CommandLine;
using Causeway.Apps.Building;
using Causeway.Apps.Bundles;
using Causeway.Apps.Sites;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app bundle</c>.</summary>
internal static class BundleCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var folder = new Argument<string>("dir") { Description = "The site's folder: index.html at its top or in html/." };
        var output = new Option<string>("--output", "-o") { Description = "The new executable.", Required = true };
        var executable = new Option<string?>("--base") { Description = "Put the site behind this executable, as ./publish makes them, instead of the running one. If it is a bundle its site is replaced." };
        var include = new Option<string[]>("--include") { Description = "Put files in that are otherwise left out, such as 'html/demo.db' or 'html/**/*.pem'. May be repeated." };
        var command = new Command("bundle", "Make one executable of a site and this program.") { folder, output, executable, include };
        command.SetAction(result =>
        {
            Run(environment, result.GetValue(folder)!, result.GetValue(output)!, result.GetValue(executable) ?? environment.Executable, result.GetValue(include) ?? []);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static void Run(CliEnvironment environment, string folder, string output, string? executable, IEnumerable<string> include)
    {
        // First what is wrong with the site: its page, its configuration.
        using (AppSite.OpenFolder(folder))
        {
        }

        if (Directory.Exists(output)) throw new UserErrorException(ExitCode.Usage, $"'{output}' is a folder; name the file to make with -o");
        BaseExecutable.Require(executable);
        var scan = SiteScan.Of(folder, [.. include.Select(static p => new PathPattern(p))], [output, executable!, StateFolder.Usual(environment.Variable)]);
        try
        {
            BundleWriter.Write(executable!, scan.Files, output);
        }
        catch (BundleException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Failure, $"'{output}' cannot be made: {e.Message}", e);
        }

        Report(environment, output, scan);
    }

    private static void Report(CliEnvironment environment, string output, SiteScan scan)
    {
        foreach (var left in scan.LeftOut.OrderBy(static f => f.Path, StringComparer.Ordinal)) environment.Error.WriteLine(LogText.Printable($"left out: {left.Path} ({left.Reason})"));
        if (scan.LeftOut.Count > 0) environment.Error.WriteLine("--include puts in what should be there nevertheless.");
        environment.Out.WriteLine($"{output}: {scan.Files.Count} files, {UnitText.Bytes(new FileInfo(output).Length)}");
    }
}
