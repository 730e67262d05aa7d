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

export type ChannelState = Readonly<Record<string, unknown>>;

/** Somebody in a channel. */
export interface ChannelMember {
  readonly id: string;
  /** `user:ID`, `device:ID` or `anonymous`. */
  readonly principal: string;
  readonly state: ChannelState;
}

/** Something that somebody in a channel told those who are there now. */
export interface ChannelBroadcast {
  readonly event: string;
  readonly data: unknown;
  /** As the `principal` of a member. */
  readonly sender: string;
}

/** Who hears what goes on in a channel. */
export interface ChannelListener {
  readonly onMembers?: (members: readonly ChannelMember[]) => void;
  readonly onBroadcast?: (broadcast: ChannelBroadcast) => void;
  /** Why the channel was left: the rules do not let this caller in (any more). */
  readonly onError?: (error: Error) => void;
}

/** A channel that this client is in. */
export interface JoinedChannel {
  members(): readonly ChannelMember[];
  /** Shows the others another state. */
  setState(state: ChannelState): Promise<void>;
  /** Tells everybody else who is there now. @throws MainstayError also when there is no connection: nothing waits */
  broadcast(event: string, data?: unknown): Promise<void>;
  leave(): void;
}

/** One socket for all that is followed. */
export interface Realtime {
  follow(collection: string, query: SubscribeQuery<never>, listener: LiveListener<never>): LiveList<never>;
  status(): RealtimeStatus;
  onStatus(listener: (status: RealtimeStatus) => void): () => void;
  /** Hears what is announced under these topics. For servers (secret key) only. @returns what ends it */
  watch(topics: readonly string[], listener: (event: Announcement) => void): () => void;
  /**
   * Comes into a channel, and back into it after a lost connection. With `state` null it only hears, and is not listed.
   * @throws MainstayError already_joined
   */
  join(channel: string, listener: ChannelListener, state?: ChannelState | null): Promise<JoinedChannel>;
  /** Ends everything that is followed. */
  close(): void;
}
