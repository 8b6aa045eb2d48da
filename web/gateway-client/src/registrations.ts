import { Deferred } from './deferred.js';
import { GatewayError } from './errors.js';
import { SerialQueue } from './serial-queue.js';
import type { Session } from './session.js';
import type { PushFrame } from './wire.js';

/** What a listener gets: who sent it, and what. Messages wait for the promise, if it returns one. */
export type DataListener<T = unknown> = (peerID: string, data: T) => void | Promise<void>;

/** Called when a peer joins (`true`) or leaves (`false`) a topic. */
export type PeerChangeListener = (peerID: string, joined: boolean) => void | Promise<void>;

/** Something that the gateway is to do for us in every session: a protocol or a topic. */
interface Registration {
  readonly kind: 'protocol' | 'topic';
  readonly name: string;
  readonly queue: SerialQueue;
  onData: DataListener;
  onPeerChange: PeerChangeListener | undefined;
  readonly confirmed: Deferred<void>;
  isConfirmed: boolean;
}

/**
 * The protocols, topics and protected peers that this client wants. They outlive a session: each new one is told
 * them again. Messages find their listener here.
 */
export class Registrations {
  readonly #problem: (error: unknown) => void;
  readonly #protocols = new Map<string, Registration>();
  readonly #topics = new Map<string, Registration>();
  readonly #peers = new Set<string>();
  #peersWaiting: Deferred<void>[] = [];

  constructor(problem: (error: unknown) => void) {
    this.#problem = problem;
  }

  /** Registers a protocol or a topic; the promise is the gateway's consent, in this session or a later one. */
  add(session: Session | undefined, kind: Registration['kind'], name: string, onData: DataListener, onPeerChange?: PeerChangeListener): Promise<void> {
    const existing = this.#of(kind).get(name);
    if (existing && kind === 'protocol') {
      return Promise.reject(new GatewayError('already-started', `already started protocol: ${name}`, { method: 'start' }));
    }
    if (existing) {
      existing.onData = onData;
      existing.onPeerChange = onPeerChange;
      return existing.confirmed.promise;
    }
    const registration = this.#create(kind, name, onData, onPeerChange);
    this.#of(kind).set(name, registration);
    if (session) void this.#announce(session, registration);
    return registration.confirmed.promise;
  }

  /** Takes a protocol or a topic back. Messages that have arrived but were not delivered yet are forgotten. */
  async remove(session: Session | undefined, kind: Registration['kind'], name: string): Promise<void> {
    const registration = this.#of(kind).get(name);
    if (registration === undefined && kind === 'protocol') {
      throw new GatewayError('not-started', `protocol not started: ${name}`, { method: 'stop' });
    }
    if (registration) this.#forget(registration, new GatewayError('aborted', `${name}: withdrawn before it was in place`));
    if (session === undefined) return;
    const request = kind === 'protocol' ? session.request('stop', { protocol: name }) : session.request('unsubscribe', { topic: name });
    await unlessLost(request);
  }

  /** Whether a protocol or a topic is registered. */
  has(kind: Registration['kind'], name: string): boolean {
    return this.#of(kind).has(name);
  }

  /** Protects peers, in this session and every later one. */
  async addPeers(session: Session | undefined, peerIds: readonly string[]): Promise<void> {
    const added = peerIds.filter((peer) => !this.#peers.has(peer));
    for (const peer of peerIds) this.#peers.add(peer);
    try {
      if (session && !(await unlessLost(session.request('addpeers', { peerIds }))).lost) return;
    } catch (error) {
      for (const peer of added) this.#peers.delete(peer);
      throw error;
    }
    const resumed = new Deferred<void>();
    this.#peersWaiting.push(resumed);
    await resumed.promise;
  }

  /** Protects them no longer. */
  async removePeers(session: Session | undefined, peerIds: readonly string[]): Promise<void> {
    for (const peer of peerIds) this.#peers.delete(peer);
    if (session) await unlessLost(session.request('removepeers', { peerIds }));
  }

  /** Tells a new session everything; resolves when the gateway has answered it all. */
  async resume(session: Session): Promise<void> {
    const registrations = [...this.#protocols.values(), ...this.#topics.values()];
    const answers = registrations.map((registration) => this.#announce(session, registration));
    await Promise.all([...answers, this.#resumePeers(session)]);
  }

  /** Hands a message to whom it is for. */
  deliver({ method, params }: PushFrame): void {
    if (method === 'peerData') {
      const target = this.#protocols.get(String(params.protocol));
      target?.queue.push(() => target.onData(String(params.peer), params.data));
    } else if (method === 'topicData') {
      const target = this.#topics.get(String(params.topic));
      target?.queue.push(() => target.onData(String(params.peerid), params.data));
    } else if (method === 'peerChange') {
      const target = this.#topics.get(String(params.topic));
      target?.queue.push(() => target.onPeerChange?.(String(params.peerid), params.joined === true));
    }
  }

  /** Fails what still waits for the gateway's consent. */
  close(error: GatewayError): void {
    for (const registration of [...this.#protocols.values(), ...this.#topics.values()]) this.#forget(registration, error);
    for (const waiting of this.#takePeersWaiting()) waiting.reject(error);
  }

  #of(kind: Registration['kind']): Map<string, Registration> {
    return kind === 'protocol' ? this.#protocols : this.#topics;
  }

  #create(kind: Registration['kind'], name: string, onData: DataListener, onPeerChange: PeerChangeListener | undefined): Registration {
    const overflow = (): void => this.#problem(new GatewayError('listener-overflow', `the listener of ${name} is too slow: a message was dropped`));
    return {
      kind,
      name,
      queue: new SerialQueue(this.#problem, overflow),
      onData,
      onPeerChange,
      confirmed: new Deferred<void>(),
      isConfirmed: false,
    };
  }

  async #announce(session: Session, registration: Registration): Promise<void> {
    const { kind, name } = registration;
    try {
      await (kind === 'protocol' ? session.request('start', { protocol: name }) : session.request('subscribe', { topic: name }));
      registration.isConfirmed = true;
      registration.confirmed.resolve();
    } catch (error) {
      // After a loss the next session asks again.
      if (GatewayError.is(error, 'connection-lost') || this.#of(kind).get(name) !== registration) return;
      if (registration.isConfirmed) this.#problem(error);
      this.#forget(registration, error);
    }
  }

  #forget(registration: Registration, reason: unknown): void {
    this.#of(registration.kind).delete(registration.name);
    registration.queue.clear();
    registration.confirmed.reject(reason);
  }

  async #resumePeers(session: Session): Promise<void> {
    const waiting = this.#takePeersWaiting();
    if (this.#peers.size === 0) return waiting.forEach((call) => call.resolve());
    try {
      const { lost } = await unlessLost(session.request('addpeers', { peerIds: [...this.#peers] }));
      if (lost) this.#peersWaiting.push(...waiting);
      else waiting.forEach((call) => call.resolve());
    } catch (error) {
      waiting.forEach((call) => call.reject(error));
      this.#problem(error);
    }
  }

  #takePeersWaiting(): Deferred<void>[] {
    const waiting = this.#peersWaiting;
    this.#peersWaiting = [];
    return waiting;
  }
}

/** Waits for an answer; that the connection was lost meanwhile is not an error here. */
async function unlessLost(request: Promise<unknown>): Promise<{ lost: boolean }> {
  try {
    await request;
    return { lost: false };
  } catch (error) {
    if (GatewayError.is(error, 'connection-lost')) return { lost: true };
    throw error;
  }
}
