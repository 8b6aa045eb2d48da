import type { Stage } from '../model/network.js';
import { connectionList } from './connection-list.js';
import type { Context } from './context.js';
import { copyButton } from './copy-button.js';
import { dialog, type Dialog } from './dialog.js';
import { h, keyedList, setAttributes, setText } from './dom.js';
import { count, sentence } from './format.js';
import { describeStage } from './status.js';

/** Where the connection stands, step by step, and every connection of this peer. */
export function connectionDialog(context: Context): Dialog {
  const { chat } = context;
  const steps = [step('Server'), step('Network'), step('Peers')] as const;
  const retry = h('button', { type: 'button', class: 'button', onclick: () => context.reconnectNow() }, 'Try again now');
  const problem = h('p', { class: 'warning' });
  const id = h('code', {});
  const addresses = h('ul', { class: 'addresses' });
  const updateAddresses = keyedList(addresses, (address: string) => address, (address) => ({ element: h('li', {}, h('code', {}, address)), update: () => {} }));
  const list = connectionList((peerID) => chat.people.person(peerID));
  const none = h('p', { class: 'hint' });

  const render = (): void => {
    const { stage, details } = chat.network;
    const peers = new Set(details?.connections.map(({ peerID }) => peerID)).size;
    const [server, network, others] = progress(stage, peers);
    steps[0].show(server, stage.at === 'away' || stage.at === 'closed' ? describeStage(stage, Date.now()) : new URL(context.gatewayUrl).host);
    steps[1].show(network, network === 'done' ? `${count(chat.rooms.names.length, 'room')} joined` : network === 'busy' ? 'joining the rooms' : '');
    steps[2].show(others, details ? `${count(peers, 'peer')}, ${count(details.connections.length, 'connection')}` : '');
    problem.hidden = stage.at !== 'away' && stage.at !== 'closed';
    setText(problem, stage.at === 'away' || stage.at === 'closed' ? sentence(stage.error?.message ?? 'the connection was closed') : '');
    retry.hidden = stage.at !== 'away';
    setText(id, chat.people.self);
    updateAddresses([...new Set(details?.addresses ?? [])]);
    list.update(details?.connections ?? []);
    none.hidden = peers > 0;
    setText(none, stage.at === 'connected' ? 'No peer has been found yet. Peers on the same network find each other by themselves.' : 'Unknown while there is no connection.');
  };
  let isOpen = false;
  chat.changes.on(['status', 'connections', 'people'], () => isOpen && render());
  const watch = (watched: boolean): void => {
    isOpen = watched;
    chat.network.isWatched = watched;
    if (watched) render();
  };
  return dialog(
    'Connection',
    [
      h('ol', { class: 'steps' }, ...steps.map(({ element }) => element)),
      problem,
      retry,
      h('h3', {}, 'This peer'),
      h('div', { class: 'key' }, id, copyButton(context, 'your peer ID', () => chat.people.self)),
      addresses,
      h('h3', {}, 'Connections'),
      none,
      list.element,
    ],
    () => watch(true),
    () => watch(false),
  );
}

type Progress = 'done' | 'busy' | 'open' | 'failed';

function progress(stage: Stage, peers: number): [Progress, Progress, Progress] {
  switch (stage.at) {
    case 'server':
      return ['busy', 'open', 'open'];
    case 'network':
      return ['done', 'busy', 'open'];
    case 'connected':
      return ['done', 'done', peers > 0 ? 'done' : 'busy'];
    default:
      return ['failed', 'open', 'open'];
  }
}

const words: Readonly<Record<Progress, string>> = { done: 'reached', busy: 'in progress', open: 'not yet', failed: 'lost' };

function step(title: string): { element: HTMLElement; show: (progress: Progress, text: string) => void } {
  const detail = h('span', { class: 'step-detail' });
  const state = h('span', { class: 'visually-hidden' });
  const element = h('li', {}, h('span', { class: 'step-mark', 'aria-hidden': 'true' }), h('span', { class: 'step-title' }, title), state, detail);
  const show = (progress: Progress, text: string): void => {
    setAttributes(element, { 'data-progress': progress });
    setText(state, `: ${words[progress]}`);
    setText(detail, text);
  };
  return { element, show };
}
