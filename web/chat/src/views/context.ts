import type { Chat } from '../model/chat.js';
import type { ConversationId } from '../model/conversation.js';
import type { Place } from '../model/files.js';

/** What every view can use. */
export interface Context {
  readonly chat: Chat;
  /** The gateway's address, for people to read. */
  readonly gatewayUrl: string;
  /** Whether this tab has the browser's main identity. */
  readonly isMainIdentity: boolean;
  /** Shows a conversation, or on a phone the list of them (`null`). */
  readonly navigate: (id: ConversationId | null) => void;
  /** Shows a folder of somebody's files. */
  readonly browse: (place: Place) => void;
  /** Says something to screen readers. */
  readonly announce: (text: string) => void;
  /** Opens one of the dialogs. */
  readonly open: (dialog: DialogName) => void;
  /** Ends a wait between two attempts to reconnect. */
  readonly reconnectNow: () => void;
  /** Gives this tab a new identity and forgets everything kept. */
  readonly startOver: () => void;
}

export type DialogName = 'profile' | 'join-room' | 'add-contact' | 'connection' | 'switcher' | 'shortcuts';
