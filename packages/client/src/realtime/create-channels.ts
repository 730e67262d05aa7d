import { MainstayError } from '../http/mainstay-error.ts';
import type { ChannelListener, ChannelMember, ChannelState, JoinedChannel } from './realtime-types.ts';

/** What the server answers when it refuses. */
export interface Refusal {
  readonly problem: { readonly status: number; readonly code: string; readonly detail: string; readonly requestId?: string };
}

/** The way to the server. */
export interface ChannelParts {
  /** Sends a message; without a connection `take` is called with null. */
  readonly ask: (message: string, body: object, take: (answer: object | null) => void) => void;
  /** Called when a channel was joined or left. */
  readonly onNeed: () => void;
}

interface Membership {
  readonly listener: ChannelListener;
  readonly members: Map<string, ChannelMember>;
  state: ChannelState | null;
}
interface PresenceNews {
  readonly channel: string;
  readonly type: 'join' | 'update' | 'leave';
  readonly member: ChannelMember;
}
interface BroadcastNews {
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
  readonly sender: string;
}

/** The channels that this client is in. After a lost connection it comes in again, with the state that it had. */
export function createChannels({ ask, onNeed }: ChannelParts) {
  const joined = new Map<string, Membership>();

  const tell = ({ listener, members }: Membership): void => listener.onMembers?.(Array.from(members.values()));

  function enter(channel: string, membership: Membership): void {
    const { state } = membership;
    ask('presence.join', { channel, ...(state === null ? { isListening: true } : { state }) }, (answer) => {
      if (answer === null || joined.get(channel) !== membership) return;
      if ('problem' in answer) return fail(channel, answer as Refusal);
      take(membership, answer);
    });
  }

  /** Who is there, as the answer to coming in says. Nobody is told of itself in any other way. */
  function take(membership: Membership, answer: object): void {
    membership.members.clear();
    for (const member of (answer as { members: readonly ChannelMember[] }).members) membership.members.set(member.id, member);
    tell(membership);
  }

  function fail(channel: string, { problem }: Refusal): void {
    const membership = joined.get(channel);
    joined.delete(channel);
    membership?.listener.onError?.(new MainstayError(problem));
    onNeed();
  }

  /** A message that is told of when it was refused. */
  const send = (message: string, body: object, onAnswer?: (answer: object) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      ask(message, body, (answer) => {
        if (answer === null) reject(new MainstayError({ status: 0, code: 'network_error', detail: 'There is no connection now.' }));
        else if ('problem' in answer) reject(new MainstayError((answer as Refusal).problem));
        else {
          onAnswer?.(answer);
          resolve();
        }
      });
    });

  return {
    size: (): number => joined.size,

    join(channel: string, listener: ChannelListener, state: ChannelState | null): JoinedChannel {
      const membership: Membership = { listener, members: new Map(), state };
      if (joined.has(channel))
        throw new MainstayError({ status: 0, code: 'already_joined', detail: `This client is in the channel ${channel} already.` });
      joined.set(channel, membership);
      onNeed();
      enter(channel, membership);
      return {
        members: () => Array.from(membership.members.values()),
        setState(next) {
          membership.state = next;
          return send('presence.join', { channel, state: next }, (answer) => take(membership, answer));
        },
        broadcast: (event, data) => send('broadcast', { channel, event, ...(data === undefined ? {} : { data }) }),
        leave() {
          if (joined.get(channel) !== membership) return;
          joined.delete(channel);
          ask('presence.leave', { channel }, () => undefined);
          onNeed();
        },
      };
    },

    /** On a new connection nobody knows us any more. */
    enterAll(): void {
      for (const [channel, membership] of joined) enter(channel, membership);
    },

    hearPresence({ channel, type, member }: PresenceNews): void {
      const membership = joined.get(channel);
      if (membership === undefined) return;
      if (type === 'leave') membership.members.delete(member.id);
      else membership.members.set(member.id, member);
      tell(membership);
    },

    hearBroadcast({ channel, event, data, sender }: BroadcastNews): void {
      joined.get(channel)?.listener.onBroadcast?.({ event, data, sender });
    },

    fail,

    leaveAll(): void {
      joined.clear();
    },
  };
}
