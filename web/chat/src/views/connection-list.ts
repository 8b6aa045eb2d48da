import type { PeerConnection } from '../gateway-client/dist/index.js';
import type { Person } from '../model/people.js';
import { avatar } from './avatar.js';
import { h, keyedList, setText, type Row } from './dom.js';
import { formatDuration, formatRtt } from './format.js';

const transports: Readonly<Record<string, string>> = {
  tcp: 'TCP',
  ws: 'WebSocket',
  wss: 'WebSocket (TLS)',
  memory: 'Same gateway',
  circuit: 'Relay',
  quic: 'QUIC',
  webrtc: 'WebRTC',
};

/** Live connections, with whom each is when `personOf` is given. */
export function connectionList(personOf?: (peerID: string) => Person): { element: HTMLElement; update: (items: readonly PeerConnection[]) => void } {
  const element = h('ul', { class: 'connections' });
  const keyOf = ({ peerID, address, direction, openedAt }: PeerConnection): string => [peerID, address, direction, openedAt.getTime()].join(' ');
  return { element, update: keyedList(element, keyOf, (connection) => connectionRow(connection, personOf)) };
}

function connectionRow(connection: PeerConnection, personOf: ((peerID: string) => Person) | undefined): Row<PeerConnection> {
  const name = h('bdi', { class: 'title' });
  const rtt = h('dd', {});
  const since = h('dd', {});
  const agent = h('dd', {});
  const { peerID, address, direction, transport, security, muxer, limited } = connection;
  const way = `${transports[transport] ?? (transport || 'Unknown')}${limited ? ', limited' : ''} · ${direction === 'inbound' ? 'they dialed' : 'we dialed'}`;
  const head = personOf && h('div', { class: 'connection-head' }, avatar(peerID), name, h('span', { class: 'short' }, personOf(peerID).short));
  const facts = h(
    'dl',
    {},
    ...[h('dt', {}, 'Address'), h('dd', {}, h('code', {}, address))],
    ...[h('dt', {}, 'Path'), h('dd', {}, way)],
    ...[h('dt', {}, 'Round trip'), rtt],
    ...[h('dt', {}, 'Security'), h('dd', {}, [security, muxer].filter(Boolean).join(' · ') || 'unknown')],
    ...[h('dt', {}, 'Software'), agent],
    ...[h('dt', {}, 'Open for'), since],
  );
  const update = (now: PeerConnection): void => {
    if (personOf) setText(name, personOf(peerID).name);
    const age = Date.now() - now.openedAt.getTime();
    setText(rtt, formatRtt(now.rttMs));
    setText(agent, now.agentVersion ?? 'not known yet');
    setText(since, Number.isNaN(age) ? 'unknown' : formatDuration(age));
  };
  return { element: h('li', {}, head, facts), update };
}
