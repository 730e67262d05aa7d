import type { Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { limitExceeded } from '@mainstay/kernel';
import type { Resolvers } from '@mainstay/http';
import { toProblem } from '@mainstay/http';
import type { Announcement, Store } from '@mainstay/store';
import type { ChannelRuleBook } from '../channels/channel-rules.service.ts';
import type { RealtimeSettings } from '../realtime.settings.ts';
import type { SocketCredentials } from './authenticate-socket.ts';
import { authenticateSocket } from './authenticate-socket.ts';

/** Whoever is connected for longer than a request. */
export interface Guest {
  context(): ProjectContext;
  /** Takes over who it is now; what it hears follows if that changed. */
  adopt(context: ProjectContext): Promise<void>;
  /** Makes what it hears of a collection follow the present rules. */
  refresh(collection: string, isForced: boolean): Promise<void>;
  /** Ends the connection at once. */
  cut(): void;
  /** Is told to come back after some time, because the process ends. */
  dismiss(afterMs: number): void;
  announce?(announcement: Announcement): void;
  /** Tells whoever hears nothing how far it is. */
  tellPlaces?(): void;
  /** The channel rules of the project changed. */
  recheckChannels?(): Promise<void>;
}

interface Entry {
  readonly guest: Guest;
  readonly credentials: SocketCredentials;
}

/** What guests work with. */
export interface GuestsOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly settings: RealtimeSettings;
  readonly resolvers: Resolvers;
  readonly channelRules: ChannelRuleBook;
}

/** Everybody who is connected to this process, and whether they still may be. */
export class Guests {
  readonly #options: GuestsOptions;
  readonly #entries = new Map<ProjectId, Set<Entry>>();
  readonly #recheck: NodeJS.Timeout;
  readonly #places: NodeJS.Timeout;

  constructor(options: GuestsOptions) {
    this.#options = options;
    this.#listen();
    this.#recheck = setInterval(() => {
      for (const project of this.#entries.keys()) this.#authenticateAgain(project, () => true);
    }, options.settings.recheckMs).unref();
    this.#places = setInterval(() => {
      for (const entries of this.#entries.values()) for (const { guest } of entries) guest.tellPlaces?.();
    }, options.settings.placeMs).unref();
  }

  /** @throws limitExceeded when the project has all the connections that it may have */
  checkRoom({ project: { id, limits } }: ProjectContext): void {
    const allowed = limits.connections;
    if (this.#options.store.usage.connections(id) >= allowed) throw limitExceeded({ limit: 'connections', allowed });
  }

  /** @returns the function to call when it has left */
  enter(guest: Guest, credentials: SocketCredentials): () => void {
    const { id } = guest.context().project;
    const { usage } = this.#options.store;
    const entry = { guest, credentials };
    const entries = this.#entries.get(id) ?? new Set();
    this.#entries.set(id, entries.add(entry));
    usage.setConnections('realtime', id, entries.size);
    return () => {
      entries.delete(entry);
      usage.setConnections('realtime', id, entries.size);
      if (entries.size === 0) this.#entries.delete(id);
    };
  }

  of(project: ProjectId): Guest[] {
    return [...(this.#entries.get(project) ?? [])].map(({ guest }) => guest);
  }

  /** The process ends: everybody is told to come back, spread over some time. */
  dismiss(): void {
    clearInterval(this.#recheck);
    clearInterval(this.#places);
    for (const project of this.#entries.keys()) {
      for (const guest of this.of(project)) guest.dismiss(Math.round(Math.random() * this.#options.settings.reconnectWithinMs));
    }
  }

  #listen(): void {
    const { signals } = this.#options.store;
    signals.onInvalidate('principal', (key) => {
      const [project = '', type, id] = key.split(':');
      this.#authenticateAgain(project, ({ principal }) => type === principal.type && 'id' in principal && principal.id === id);
    });
    signals.onInvalidate('session', (key) =>
      this.#authenticateAgain(key.split(':')[0] ?? '', ({ principal }) => principal.type === 'user'),
    );
    // A session of an account ended, or what an account may do in an organization changed.
    signals.onInvalidate('account', () => this.#accountsAgain(() => true));
    signals.onInvalidate('member', (key) => this.#accountsAgain((id) => key.endsWith(`:${id}`)));
    signals.onInvalidate('project', (key) => this.#authenticateAgain(key.split(':')[0] ?? '', () => true));
    this.#options.channelRules.onChange((project) => {
      for (const guest of this.of(project as ProjectId)) later(async () => guest.recheckChannels?.());
    });
    signals.onInvalidate('collection', (key) => {
      const [project = '', name = ''] = key.split(':');
      for (const guest of this.of(project as ProjectId)) later(() => guest.refresh(name, false));
    });
  }

  #accountsAgain(concerns: (id: string) => boolean): void {
    for (const project of this.#entries.keys())
      this.#authenticateAgain(project, ({ principal }) => principal.type === 'account' && concerns(principal.id));
  }

  /** Whoever is no longer let in is cut; whoever is someone else now sees by other rules. */
  #authenticateAgain(project: string, concerns: (context: ProjectContext) => boolean): void {
    const { resolvers, log } = this.#options;
    for (const { guest, credentials } of this.#entries.get(project as ProjectId) ?? []) {
      if (!concerns(guest.context())) continue;
      later(async () => {
        try {
          await guest.adopt(await authenticateSocket(resolvers, credentials, log));
        } catch (error) {
          const problem = toProblem(error, log);
          // A store that is away for a moment is no reason to cut everybody off.
          if (problem.status < 500) guest.cut();
        }
      });
    }
  }
}

/** After the other listeners of the same news have forgotten what they knew. */
function later(work: () => Promise<void>): void {
  setImmediate(() => void work());
}
