import type { FeedEvent } from '@mainstay/store';

/** A state of a document: a document that was deleted and made again counts its versions anew. */
export interface DocumentState {
  readonly version: number;
  readonly createdAt: Date;
}

/** The feed is never this far behind the documents; then what was shown is no longer compared. */
const FRESH_MS = 60_000;

/** What a subscriber was shown although the feed has not come to it yet: the events that lead there tell nothing new. */
export class ShownAhead {
  readonly #states = new Map<string, DocumentState>();
  #until = 0;

  /** Notes a state that was shown at this time (milliseconds). */
  add(id: string, { version, createdAt }: DocumentState, nowMs: number): void {
    this.#states.set(id, { version, createdAt });
    this.#until = nowMs + FRESH_MS;
  }

  /** Whether what the event tells is already in what was shown. */
  covers({ id, document, previous }: FeedEvent, nowMs: number): boolean {
    if (nowMs > this.#until) this.#states.clear();
    const shown = this.#states.get(id);
    if (shown === undefined) return false;
    const told = document ?? previous;
    // The end, or any other event, of a document that stood there before the one that was shown.
    if (told !== null && told.createdAt < shown.createdAt) return true;
    const isSame = document !== null && document.createdAt.getTime() === shown.createdAt.getTime();
    const isCovered = isSame && document.version <= shown.version;
    // The feed has come to what was shown, or past it.
    if (!isCovered || document.version === shown.version) this.#states.delete(id);
    return isCovered;
  }
}
