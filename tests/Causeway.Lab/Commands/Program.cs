using Causeway.Lab;
using Causeway.Lab.Agent;
using Causeway.Lab.Commands;
using Causeway.Lab.PortMapping;
using Causeway.Lab.Probing;
using Causeway.Lab.Punching;
using Causeway.Lab.Sockets;
using Causeway.Lab.Traffic;

try
{
    return args switch
    {
        ["list"] => LabCommand.List(),
        ["nats"] => NatsCommand.Run(),
        [] or ["--help"] or ["-h"] or ["help"] => LabCommand.Help(),

        // What runs inside a lab: the agent, and what the commands 'link' and 'capture' of the lab's shell call.
        ["agent"] => await AgentServer.RunAsync(),
        ["link", var link, .. var properties] => await LinkCommand.RunAsync(link, properties),
        ["capture", var device, var file] => CaptureCommand.Run(device, file),

        // What tests start on machines.
        ["traffic", .. var traffic] => await TrafficCommand.RunAsync(traffic),
        ["port-map", var port] => await PortMapCommand.RunAsync(port, null),
        ["port-map", var port, var protocol] => await PortMapCommand.RunAsync(port, protocol),
        ["probe", .. var probe] => ProbeCommand.Run(probe),
        ["punch", .. var punch] => PunchCommand.Run(punch),
        ["forget"] => Forget(),
        _ => await LabCommand.RunAsync(LabArguments.Parse(args)),
    };
}
catch (LabException e)
{
    Console.Error.WriteLine($"lab: {e.Message}");
    return 2;
}

static int Forget()
{
    ConnectionTracking.Flush();
    return 0;
}
