import { GatewayError } from '../gateway-client/dist/index.js';

/** What went wrong with files, in words for the user. */
export function explain(error: unknown): string {
  if (!GatewayError.is(error)) return error instanceof Error ? error.message : String(error);
  switch (error.code) {
    case 'timeout':
    case 'file-unavailable':
      return 'The peer could not be asked for its files: it may be away.';
    case 'disconnected':
    case 'connection-lost':
    case 'network':
      return 'There was no connection to the gateway for too long.';
    case 'quota-exceeded':
      return 'There is no room left for your files at the gateway. Delete some first.';
    case 'not-available':
      return 'This gateway keeps no files.';
    default:
      return error.message.split('\n')[0]?.slice(0, 300) ?? '';
  }
}
