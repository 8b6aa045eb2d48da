using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Control;

/// <summary>What surrounds every answer of a control socket: it ends with whoever asks and with the server, and what goes wrong is an answer, too.</summary>
internal sealed partial class ControlAnswers(Func<HttpContext, CancellationToken, Task> answer, Func<Exception, int?> statusOf, ILogger logger, CancellationToken stopping)
{
    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await answer(context, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The user has seen enough, or the server ends.
            context.Abort();
        }
        catch (Exception e)
        {
            await ExplainAsync(context, e);
        }
    }

    private async Task ExplainAsync(HttpContext context, Exception error)
    {
        if (context.Response.HasStarted)
        {
            Failed(logger, context.Request.Path, error);
            context.Abort();
            return;
        }

        context.Response.StatusCode = statusOf(error) ?? error switch
        {
            JsonException => StatusCodes.Status400BadRequest,
            BadHttpRequestException bad => bad.StatusCode,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (context.Response.StatusCode == StatusCodes.Status500InternalServerError) Failed(logger, context.Request.Path, error);
        await ControlMessages.WriteAsync(context, new ControlProblem(error.Message), ControlProblemJson.Default.ControlProblem, context.RequestAborted);
    }

    [LoggerMessage(3101, LogLevel.Error, "The request {Path} of the control socket failed")]
    private static partial void Failed(ILogger logger, string path, Exception error);
}
