namespace Causeway.Gateway.Protocol;

/// <summary>A request that is answered with an error. The message goes to the page as it is.</summary>
public sealed class GatewayException(GatewayErrorCode code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What the response's <c>error.code</c> says.</summary>
    public GatewayErrorCode Code { get; } = code;

    /// <summary>Parameters that make no sense.</summary>
    internal static GatewayException InvalidParameters(string why) => new(GatewayErrorCode.BadRequest, $"invalid params: {why}");

    /// <summary>The state does not allow it.</summary>
    internal static GatewayException Conflict(string message) => new(GatewayErrorCode.Conflict, message);

    /// <summary>A bounded thing is full.</summary>
    internal static GatewayException Full(string message) => new(GatewayErrorCode.Full, message);
}
