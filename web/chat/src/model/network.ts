import type { Connections, GatewayClient, GatewayError, PeerConnection } from '../gateway-client/dist/index.js';
import type { Changes } from './changes.js';
import { bestPath, type Path } from './path.js';
import type { People } from './people.js';

/** How far the way into the network has been gone. */
export type Stage =
  | { readonly at: 'server' }
  | { readonly at: 'network' }
  | { readonly at: 'connected' }
  | { readonly at: 'away'; readonly retryAt: number; readonly error: GatewayError }
  | { readonly at: 'closed'; readonly error: GatewayError | null };

/** How often connections are looked at, in milliseconds: while somebody looks at them or one may soon become direct, and otherwise. */
const watchedMs = 2_000;
const unwatchedMs = 10_000;

/** How soon after somebody came or went: their connection may take a moment longer. */
const afterChangeMs = 250;

/** Where the connection stands, and whom this peer is connected to. */
export class Network {
  readonly #client: GatewayClient;
  readonly #changes: Changes;
  readonly #people: People;
  readonly #refreshRooms: () => Promise<void>;
  #stage: Stage = { at: 'server' };
  #details: Connections | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWatched = false;
  #isShown = false;

  constructor(client: GatewayClient, changes: Changes, people: People, refreshRooms: () => Promise<void>) {
    this.#client = client;
    this.#changes = changes;
    this.#people = people;
    this.#refreshRooms = refreshRooms;
    client.on('status', () => this.#statusChanged());
    client.on('resumed', () => {
      this.#setStage({ at: 'connected' });
      void this.refresh();
    });
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** This peer's addresses, protocols and connections; `null` while unknown. */
  get details(): Connections | null {
    return this.#details;
  }

  /** The connections to one peer. */
  connectionsTo(peerID: string): PeerConnection[] {
    return this.#details?.connections.filter((connection) => connection.peerID === peerID) ?? [];
  }

  /** How messages get to a peer; `null` while it is not connected. */
  pathTo(peerID: string): Path | null {
    return bestPath(this.connectionsTo(peerID));
  }

  /** Looks more often while somebody looks at the details. */
  set isWatched(watched: boolean) {
    this.#isWatched = watched;
    if (watched) void this.refresh();
  }

  /** Looks more often while a conversation shows the path to a peer. */
  set isShown(shown: boolean) {
    if (shown === this.#isShown) return;
    this.#isShown = shown;
    if (shown) this.refreshSoon();
  }

  /** Looks now, and again after a while. */
  async refresh(): Promise<void> {
    if (!this.#client.connected) return;
    this.#lookIn(Infinity);
    await Promise.all([this.#lookAtConnections(), this.#refreshRooms()]);
    const isLive = this.#isWatched || this.#isShown || this.#details?.connections.some(({ transport }) => transport === 'circuit') === true;
    this.#lookIn(isLive ? watchedMs : unwatchedMs);
  }

  /** Looks soon: somebody came or went. */
  refreshSoon(): void {
    if (this.#client.connected) this.#lookIn(afterChangeMs);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (ms !== Infinity && this.#client.connected) this.#timer = setTimeout(() => void this.refresh(), ms);
  }

  async #lookAtConnections(): Promise<void> {
    try {
      this.#setDetails(await this.#client.connections());
    } catch {
      // A gateway that cannot tell, or one that went away; the status says which.
      this.#setDetails(null);
    }
  }

  #setDetails(details: Connections | null): void {
    this.#details = details;
    this.#people.setPresent('connections', details?.connections.map(({ peerID }) => peerID) ?? []);
    this.#changes.mark('connections');
  }

  #statusChanged(): void {
    const status = this.#client.status;
    if (status.state === 'connecting-to-server' || status.state === 'idle') this.#setStage({ at: 'server' });
    else if (status.state === 'waiting-to-reconnect') this.#setStage({ at: 'away', retryAt: status.retryAt, error: status.error });
    else if (status.state === 'closed') this.#setStage({ at: 'closed', error: status.error ?? null });
    // Connected, but the rooms are not joined yet: that is what `resumed` tells.
    else this.#setStage({ at: 'network' });
    if (!this.#client.connected) {
      this.#lookIn(Infinity);
      this.#setDetails(null);
    }
  }

  #setStage(stage: Stage): void {
    this.#stage = stage;
    this.#changes.mark('status');
  }
}
