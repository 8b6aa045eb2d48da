import type { Stage } from '../model/network.js';
import type { Context } from './context.js';
import { count, formatDuration } from './format.js';
import { h, hidden, setAttributes, setText } from './dom.js';

/** A stage in a few words. */
export function describeStage(stage: Stage, now: number): string {
  switch (stage.at) {
    case 'server':
      return 'Connecting to server…';
    case 'network':
      return 'Connecting to network…';
    case 'connected':
      return 'Connected';
    case 'away':
      return stage.retryAt - now < 1_000 ? 'Server away, trying again…' : `Server away, next try in ${formatDuration(stage.retryAt - now)}`;
    case 'closed':
      return 'Disconnected';
  }
}

/** The button that tells where the connection stands and opens its details. */
export function statusButton(context: Context): HTMLButtonElement {
  const { chat } = context;
  const dot = h('span', { class: 'dot' });
  const label = h('span', { class: 'status-label' });
  const detail = h('span', { class: 'status-detail' });
  const button = h('button', { type: 'button', class: 'status', onclick: () => context.open('connection') }, dot, h('span', { class: 'status-text' }, label, detail), hidden('Connection details'));
  let countdown: ReturnType<typeof setTimeout> | undefined;

  const render = (): void => {
    clearTimeout(countdown);
    const { stage, details } = chat.network;
    const peers = new Set(details?.connections.map(({ peerID }) => peerID)).size;
    setText(label, describeStage(stage, Date.now()));
    setText(detail, stage.at === 'connected' ? (details === null ? '' : count(peers, 'peer')) : stage.at === 'away' ? 'Messages wait until it is back' : '');
    setAttributes(button, { 'data-stage': stage.at });
    if (stage.at === 'away') countdown = setTimeout(render, 1_000);
  };
  chat.changes.on(['status', 'connections'], render);
  render();
  return button;
}

/** Tells screen readers about losses and returns. */
export function announceStages(context: Context): void {
  let before = context.chat.network.stage.at;
  context.chat.changes.on(['status'], () => {
    const { stage } = context.chat.network;
    if (stage.at === before) return;
    // The first attempts after a loss come and go within a second: only the loss itself and the return are news.
    if (stage.at === 'connected') context.announce('Connected');
    else if (stage.at === 'away' && before === 'connected') context.announce('The connection to the server was lost');
    if (stage.at === 'connected' || stage.at === 'away') before = stage.at;
  });
}
