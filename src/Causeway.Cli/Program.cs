using Causeway.Cli;

return await CommandLine.RunAsync(args, CliEnvironment.Real());
