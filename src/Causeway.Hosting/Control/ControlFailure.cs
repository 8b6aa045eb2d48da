using System.Net;
using System.Net.Http.Headers;

namespace Causeway.Hosting.Control;

/// <summary>Why what was asked over a control socket has no answer; the program that asked makes its own sentence of it.</summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Cause">What was thrown; null where the server answered.</param>
/// <param name="Status">The answer's status; null without an answer.</param>
/// <param name="Headers">The answer's headers; null without an answer.</param>
/// <param name="Message">What the server says of a refusal: a sentence; empty for the other kinds.</param>
public sealed record ControlFailure(
    ControlFailureKind Kind, Exception? Cause = null, HttpStatusCode? Status = null, HttpResponseHeaders? Headers = null, string Message = "");
