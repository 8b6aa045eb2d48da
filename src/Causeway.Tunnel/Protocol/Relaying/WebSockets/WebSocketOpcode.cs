namespace Causeway.Tunnel.Protocol.Relaying.WebSockets;

/// <summary>What a frame is (RFC 6455 §5.2).</summary>
public enum WebSocketOpcode : byte
{
    /// <summary>Goes on with the message that was begun.</summary>
    Continuation = 0,

    /// <summary>Begins a text message.</summary>
    Text = 1,

    /// <summary>Begins a binary message.</summary>
    Binary = 2,

    /// <summary>Ends the connection.</summary>
    Close = 8,

    /// <summary>Asks for a pong.</summary>
    Ping = 9,

    /// <summary>Answers a ping, or says that one is there.</summary>
    Pong = 10,
}
