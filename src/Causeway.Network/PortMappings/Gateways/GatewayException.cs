namespace Causeway.Network.PortMappings.Gateways;

/// <summary>A router did not answer, refused, or answered nonsense; the message is a clause for the user.</summary>
internal sealed class GatewayException(string message, Exception? innerException = null) : IOException(message, innerException);
