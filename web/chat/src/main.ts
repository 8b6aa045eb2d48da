import { GatewayClient, GatewayError } from './gateway-client/dist/index.js';
import { claimFresh, claimIdentity } from './identity/claim.js';
import { browserPlatform } from './identity/platform.js';
import { Chat } from './model/chat.js';
import { announcer } from './views/announcer.js';
import { describeArrival, mount } from './views/app.js';

/**
 * How long "peer ID already in use" may be our own ghost, in milliseconds: long when a lock says that no other tab of
 * this browser uses the identity, short when nothing says so.
 */
const ghostMs = { exclusive: 15_000, shared: 3_000 };

let isStartingOver = false;

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id "app"');

const platform = browserPlatform();
const claim = await claimIdentity(platform);
const key = claim.vault.read('key');
const rootDirectory = claim.vault.read('root');
const gatewayUrl = new URL('/ws', location.origin.replace(/^http/, 'ws')).href;
const client = new GatewayClient({
  url: gatewayUrl,
  peerKey: typeof key === 'string' ? key : undefined,
  rootDirectory: typeof rootDirectory === 'string' ? rootDirectory : undefined,
  keepTrying: true,
  peerInUseGraceMs: claim.isExclusive ? ghostMs.exclusive : ghostMs.shared,
});
const { element, announce } = announcer();
const chat: Chat = new Chat(client, claim.vault, {
  hasAttention: () => document.visibilityState === 'visible' && document.hasFocus(),
  onArrival: (conversation, message) => describeArrival({ chat, announce }, conversation, message),
  schedule: atNextFrame,
});

mount(root, {
  chat,
  gatewayUrl,
  isMainIdentity: claim.isMain,
  announce,
  reconnectNow: () => client.reconnectNow(),
  startOver: () => {
    claim.vault.clear();
    reload();
  },
});
document.body.append(element);

addEventListener('pagehide', save);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') client.reconnectNow();
  else save();
});

/** A flood of messages is drawn once a frame. A page in the background has no frames, but a title to keep. */
function atNextFrame(run: () => void): void {
  const timer = setTimeout(() => (cancelAnimationFrame(frame), run()), 100);
  const frame = requestAnimationFrame(() => (clearTimeout(timer), run()));
}

function save(): void {
  if (!isStartingOver) chat.save();
}

/** Begins again with what the vault holds now; what this page knows must not come back into it. */
function reload(): void {
  isStartingOver = true;
  location.reload();
}

try {
  await chat.start();
} catch (error) {
  if (Chat.isDuplicate(error)) {
    // Another tab is this peer, and this one a copy of it.
    await claimFresh(platform);
    reload();
  } else if (GatewayError.is(error, 'bad-request') && typeof key === 'string') {
    // The kept key is damaged, so the identity is lost. Contacts and messages need not be.
    claim.vault.remove('key');
    reload();
  }
}
