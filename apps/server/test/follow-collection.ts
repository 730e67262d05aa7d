import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';

/** Where to follow. */
export interface Followed {
  readonly origin: string;
  /** What the handshake shows. */
  readonly auth: object;
  readonly collection: string;
  readonly where?: object;
  /** How many documents it may begin with. */
  readonly limit: number;
}

interface Held {
  readonly id: string;
  readonly version: number;
  readonly createdAt?: string;
}
interface Answer {
  readonly items?: Held[];
  readonly sequence: number;
  readonly rights: string;
  readonly resync?: boolean;
}
interface Change {
  readonly type: string;
  readonly document: Held;
  readonly sequence: number;
}

/** Connects, and comes back by itself. */
export function dial(origin: string, auth: object): Socket {
  return io(origin, {
    path: '/realtime',
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 200,
    reconnectionDelayMax: 500,
  });
}

/** Follows a collection as a careful client would: it goes on after the last sequence, and starts anew when it is told to. */
export function followCollection({ origin, auth, collection, where, limit }: Followed) {
  /** Id → version. */
  const copy = new Map<string, number>();
  const state: { since: number | undefined; rights: string | undefined; socket: Socket } = {
    since: undefined,
    rights: undefined,
    socket: dial(origin, auth),
  };
  /** The state that this connection told last of each document, and those that it told twice. */
  const told = new Map<string, string>();
  const repeated: string[] = [];
  let followedAt: number | undefined;

  const subscribe = async (): Promise<void> => {
    const { socket, since, rights } = state;
    told.clear();
    const request = { collection, ...(where === undefined ? {} : { where }), limit, ...(since === undefined ? {} : { since, rights }) };
    const answer = (await socket
      .timeout(5_000)
      .emitWithAck('subscribe', request)
      .catch(() => undefined)) as Answer | undefined;
    if (socket !== state.socket) return;
    if (answer?.items === undefined) return void (socket.connected && socket.disconnect().connect());
    if (since === undefined || answer.resync === true) {
      copy.clear();
      for (const { id, version } of answer.items) copy.set(id, version);
    }
    state.since = answer.sequence;
    state.rights = answer.rights;
    followedAt = Date.now();
  };
  const hear = ({ type, document: { id, version, createdAt }, sequence }: Change): void => {
    state.since = sequence;
    if (type === 'removed') {
      copy.delete(id);
      told.delete(id);
      return;
    }
    const shown = `${id}@${version} of ${createdAt}`;
    if (told.get(id) === shown) repeated.push(shown);
    told.set(id, shown);
    copy.set(id, version);
  };
  const listen = (): void => {
    const { socket } = state;
    socket.on('connect', () => void subscribe());
    socket.on('disconnect', () => void (socket.active || socket.connect()));
    socket.on('resync', () => {
      state.since = undefined;
      void subscribe();
    });
    socket.on('change', hear);
    socket.on('place', ({ sequence }: { sequence: number }) => {
      state.since = sequence;
    });
  };
  listen();
  return {
    copy,
    repeated,
    /** When its present subscription began, in milliseconds since 1970; undefined before the first, and after a move. */
    followedAt: () => followedAt,
    end: () => void state.socket.removeAllListeners().disconnect(),
    /** The process is gone: goes on with another one. */
    moveTo(other: string): void {
      followedAt = undefined;
      state.socket.removeAllListeners();
      state.socket.disconnect();
      state.socket = dial(other, auth);
      listen();
    },
  };
}
