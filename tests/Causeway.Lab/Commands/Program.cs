using Causeway.Lab;
using Causeway.Lab.Commands;

try
{
    return args switch
    {
        ["list"] => LabCommand.List(),
        [] or ["--help"] or ["-h"] or ["help"] => LabCommand.Help(),
        _ => await LabCommand.RunAsync(LabArguments.Parse(args)),
    };
}
catch (LabException e)
{
    Console.Error.WriteLine($"lab: {e.Message}");
    return 2;
}
