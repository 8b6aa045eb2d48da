import { GatewayClient, GatewayError, type ConnectOptions, type GatewayErrorCode } from '@causeway/gateway-client';
import { ScriptedServer, type ScriptedSocket } from '../support/scripted-server.js';

/** A client whose gateway is the test. Waits between attempts are 1 ms, so that no test sleeps. */
export function newClient(options: ConnectOptions = {}): { client: GatewayClient; server: ScriptedServer } {
  const server = new ScriptedServer();
  const client = new GatewayClient({
    url: 'ws://gateway/ws',
    webSocket: server.webSocket,
    reconnect: { initialDelayMs: 1, maxDelayMs: 1 },
    ...options,
  });
  return { client, server };
}

/** The same, connected. */
export async function connected(options: ConnectOptions = {}): Promise<{ client: GatewayClient; server: ScriptedServer; socket: ScriptedSocket }> {
  const { client, server } = newClient(options);
  const connecting = client.connect();
  const socket = await server.next();
  await socket.welcome();
  await connecting;
  return { client, server, socket };
}

/** For `assert.rejects`: the error has this code. */
export function code(expected: GatewayErrorCode): (error: unknown) => boolean {
  return (error) => GatewayError.is(error, expected);
}
