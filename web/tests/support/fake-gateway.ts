import { FakeContent, FakeFiles, Refusal } from './fake-files.js';
import { FakeHttp } from './fake-http.js';
import { identity } from './keys.js';

/** Writes one frame to a page. */
export type Write = (text: string) => void;

/** The gateway's end of a page's connection. */
export interface FakeConnection {
  /** The page sent a frame. */
  receive(text: string): void;
  /** The connection is gone. */
  closed(): void;
}

interface Frame {
  readonly requestid: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** One page's peer. */
class FakePeer {
  readonly peerid: string;
  readonly peerkey: string;
  readonly protocols = new Set<string>();
  readonly topics = new Set<string>();
  readonly opened = new Date();
  readonly files: FakeFiles;
  /** Whether the page has asked for access to its files, and so hears of its root directory. */
  followsRoot = false;
  readonly #write: Write;
  #pushes = 0;

  constructor(peerid: string, peerkey: string, files: FakeFiles, write: Write) {
    this.peerid = peerid;
    this.peerkey = peerkey;
    this.files = files;
    this.#write = write;
  }

  push(method: string, params: object): void {
    this.#write(JSON.stringify({ requestid: this.#pushes++, method, params, isresponse: false }));
  }
}

/**
 * A gateway without a network: it speaks the protocol of docs/reference/gateway-protocol.md to pages, and its peers
 * find each other because they are in the same object.
 */
export class FakeGateway {
  readonly #peers = new Map<string, FakePeer>();
  readonly #content = new FakeContent();
  /** The trees outlive their peers. */
  readonly #trees = new Map<string, FakeFiles>();

  /** Where peers tell of changed files. */
  readonly notifyTopic = 'fake-files';

  /** Its HTTP side. */
  readonly http = new FakeHttp(this.#content, (token) => [...this.#peers.values()].find(({ files }) => files.token === token)?.files);

  /** Peers that are reached through a relay. */
  readonly relayed = new Set<string>();

  /** The peers that live now. */
  get peers(): string[] {
    return [...this.#peers.keys()];
  }

  /** A page has connected. */
  connect(write: Write): FakeConnection {
    let peer: FakePeer | undefined;
    return {
      receive: (text) => {
        const frame = JSON.parse(text) as Frame;
        try {
          if (frame.method === 'peer') {
            peer = this.#create(frame.params, peer, write);
            answer(write, frame, { peerid: peer.peerid, peerkey: peer.peerkey, version: '0.0.0-fake' });
          } else {
            if (peer === undefined) throw new Refusal(404, 'no peer on this connection');
            answer(write, frame, this.#perform(peer, frame));
          }
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          write(JSON.stringify({ requestid: frame.requestid, method: '', error: { code: error.code, message: error.message }, isresponse: true }));
        }
      },
      closed: () => peer && this.#remove(peer),
    };
  }

  #create(params: Record<string, unknown>, existing: FakePeer | undefined, write: Write): FakePeer {
    if (existing) throw new Refusal(409, 'peer already created on this connection');
    if (params.peerkey !== undefined && !/^CAESQ/.test(String(params.peerkey))) throw new Refusal(400, 'invalid params: peerkey');
    const { peerid, peerkey } = identity(params.peerkey as string | undefined);
    if (this.#peers.has(peerid)) throw new Refusal(409, 'peer ID already in use (possible duplicate browser tab)');
    const files = this.#trees.get(peerid) ?? new FakeFiles(this.#content, () => this.#filesChanged(peerid));
    this.#trees.set(peerid, files);
    const peer = new FakePeer(peerid, peerkey, files, write);
    this.#peers.set(peerid, peer);
    return peer;
  }

  #remove(peer: FakePeer): void {
    this.#peers.delete(peer.peerid);
    for (const topic of peer.topics) this.#tell(topic, peer, false);
  }

  #perform(peer: FakePeer, { method, params }: Frame): unknown {
    const topic = String(params.topic);
    const protocol = String(params.protocol);
    switch (method) {
      case 'start':
        if (peer.protocols.has(protocol)) throw new Refusal(409, `already started protocol: ${protocol}`);
        peer.protocols.add(protocol);
        return null;
      case 'stop':
        if (!peer.protocols.delete(protocol)) throw new Refusal(409, `protocol not started: ${protocol}`);
        return null;
      case 'send':
        this.#send(peer, params);
        return null;
      case 'subscribe':
        this.#subscribe(peer, topic);
        return null;
      case 'unsubscribe':
        if (peer.topics.delete(topic)) this.#tell(topic, peer, false);
        return null;
      case 'publish':
        for (const member of this.#members(topic)) member.push('topicData', { topic, peerid: peer.peerid, data: params.data });
        return null;
      case 'listpeers':
        return { peers: this.#members(topic).filter((member) => member !== peer).map(({ peerid }) => peerid) };
      case 'addpeers':
      case 'removepeers':
        return null;
      case 'connections':
        return this.#connections(peer);
      case 'fileaccess':
        peer.followsRoot = true;
        return { token: peer.files.token, rootCid: peer.files.rootCid, notifyTopic: this.notifyTopic };
      case 'listfiles':
        setImmediate(() => this.#list(peer, String(params.peerid)));
        return null;
      case 'getfile':
        setImmediate(() => this.#get(peer, String(params.cid)));
        return null;
      case 'storefile':
        return peer.files.store(String(params.path), params.directory === true ? null : Buffer.from(String(params.content ?? ''), 'base64'));
      case 'removefile':
        peer.files.remove(String(params.path));
        return null;
      default:
        throw new Refusal(400, `unknown method: ${method}`);
    }
  }

  #send(peer: FakePeer, params: Record<string, unknown>): void {
    const { ack, protocol, data } = params;
    if (!peer.protocols.has(String(protocol))) throw new Refusal(409, `protocol not started: ${String(protocol)}`);
    const target = this.#peers.get(String(params.peer));
    const isThere = target?.protocols.has(String(protocol)) === true;
    if (isThere) target.push('peerData', { peer: peer.peerid, protocol, data });
    if (typeof ack !== 'number' || ack < 0) return;
    // As a real gateway, it answers first and knows later.
    setImmediate(() => (isThere ? peer.push('ack', { ack }) : peer.push('ackFailed', { ack, error: unreachable(String(params.peer)) })));
  }

  #list(peer: FakePeer, peerid: string): void {
    const files = this.#peers.get(peerid)?.files;
    if (files) peer.push('peerFiles', { peerid, cid: files.rootCid, entries: files.list() });
    else peer.push('peerFiles', { peerid, cid: '', entries: {}, error: unreachable(peerid) });
  }

  #get(peer: FakePeer, cid: string): void {
    const found = this.#content.get(cid);
    if (found === undefined) peer.push('gotFile', { cid, success: false, content: { error: `${cid} was not found` } });
    else if (Buffer.isBuffer(found)) peer.push('gotFile', { cid, success: true, content: { type: 'file', mimeType: 'text/plain; charset=utf-8', content: found.toString('base64') } });
    else peer.push('gotFile', { cid, success: true, content: { type: 'directory', entries: Object.fromEntries(found) } });
  }

  #filesChanged(peerid: string): void {
    const peer = this.#peers.get(peerid);
    if (peer?.followsRoot) peer.push('rootDirectory', { cid: peer.files.rootCid });
    for (const member of this.#members(this.notifyTopic)) member.push('topicData', { topic: this.notifyTopic, peerid, data: { type: 'p2p-webapp-file-update', peer: peerid } });
  }

  #subscribe(peer: FakePeer, topic: string): void {
    if (peer.topics.has(topic)) return;
    for (const { peerid } of this.#members(topic)) peer.push('peerChange', { topic, peerid, joined: true });
    peer.topics.add(topic);
    this.#tell(topic, peer, true);
  }

  #members(topic: string): FakePeer[] {
    return [...this.#peers.values()].filter(({ topics }) => topics.has(topic));
  }

  #tell(topic: string, about: FakePeer, joined: boolean): void {
    for (const member of this.#members(topic)) if (member !== about) member.push('peerChange', { topic, peerid: about.peerid, joined });
  }

  #connections(peer: FakePeer): object {
    const others = [...this.#peers.values()].filter((other) => other !== peer);
    return {
      addresses: [`/ip4/127.0.0.1/tcp/40001/p2p/${peer.peerid}`, `/ip4/192.168.1.20/tcp/40001/p2p/${peer.peerid}`],
      protocols: [...peer.protocols],
      connections: others.map((other, i) => ({
        peerid: other.peerid,
        ...this.#wayTo(other, i),
        direction: other.opened > peer.opened ? 'inbound' : 'outbound',
        rtt: 0.4 + i * 3.7,
        security: '/noise',
        muxer: '/yamux/1.0.0',
        protocolVersion: 'ipfs/0.1.0',
        agentVersion: 'causeway/0.1.0',
        protocols: [...other.protocols],
        streams: 2,
        openedAt: (other.opened > peer.opened ? other : peer).opened.toISOString(),
      })),
    };
  }

  #wayTo({ peerid }: FakePeer, i: number): { address: string; transport: string; limited: boolean } {
    if (this.relayed.has(peerid)) return { address: `/ip4/192.0.2.7/tcp/9092/p2p/${peerid}/p2p-circuit`, transport: 'circuit', limited: true };
    return i % 2 === 0 ? { address: `/memory/${i + 1}`, transport: 'memory', limited: false } : { address: `/ip4/192.168.1.${21 + i}/tcp/40001`, transport: 'tcp', limited: false };
  }
}

/** As the real gateway says it. */
function unreachable(peer: string): string {
  return `peer ${peer} is unreachable: None of the peer's 2 addresses could be connected.\n  /memory/5: refused\n  /ip4/127.0.0.1/tcp/9: refused`;
}

function answer(write: Write, { requestid }: Frame, result: unknown): void {
  write(JSON.stringify({ requestid, method: '', result, isresponse: true }));
}
