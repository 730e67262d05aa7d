import type { LiveList, LiveListener, SubscribeQuery } from '../data/query-types.ts';

/** Where sockets go and who they are. */
export interface RealtimeSettings {
  /** `https://api.example.com`, perhaps with a path below which the server is. */
  readonly url: string;
  readonly project: string;
  readonly key: string;
  readonly token: () => Promise<string | null>;
  /** Gets a new session token. @returns false when the session has ended */
  readonly refresh: () => Promise<boolean>;
  /** Hears when somebody else is signed in. */
  readonly onUserChange: (listener: () => void) => () => void;
}

export type RealtimeStatus = 'idle' | 'connecting' | 'connected' | 'waiting';

/** Something announced in the project. */
export interface Announcement {
  readonly topic: string;
  readonly type: string;
  readonly data: unknown;
  readonly at: string;
}

/** One socket for all that is followed. */
export interface Realtime {
  follow(collection: string, query: SubscribeQuery<never>, listener: LiveListener<never>): LiveList<never>;
  status(): RealtimeStatus;
  onStatus(listener: (status: RealtimeStatus) => void): () => void;
  /** Hears what is announced under these topics. For servers (secret key) only. @returns what ends it */
  watch(topics: readonly string[], listener: (event: Announcement) => void): () => void;
  /** Ends everything that is followed. */
  close(): void;
}
