using Causeway.Cli;
using Causeway.Cli.Apps;

return await CommandLine.RunAsync(BundledCommandLine.Expand(args, Environment.ProcessPath), CliEnvironment.Real());
