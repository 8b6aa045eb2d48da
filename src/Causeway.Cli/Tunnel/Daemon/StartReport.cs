using System.Text.Json.Serialization;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>What a tunnel that starts in the background says to the command that waits for it, one line of JSON each.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">A line for the user.</param>
/// <param name="ExitCode">How the command is to end; for <see cref="StartReportKind.Failed"/>.</param>
internal sealed record StartReport(StartReportKind Kind, string Text = "", int ExitCode = 0);

/// <summary>Kinds of reports.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StartReportKind>))]
internal enum StartReportKind
{
    /// <summary>A step is done.</summary>
    Progress,

    /// <summary>Something is not as it should be, and it goes on.</summary>
    Warning,

    /// <summary>It runs, and goes on if it is told so.</summary>
    Ready,

    /// <summary>It does not run, and has put everything away.</summary>
    Failed,
}

/// <summary>How reports are written.</summary>
[JsonSerializable(typeof(StartReport))]
internal sealed partial class StartReportJson : JsonSerializerContext;
