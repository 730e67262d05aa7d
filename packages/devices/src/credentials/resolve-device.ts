import type { DeviceId, DevicePrincipal, Logger, Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { asPrincipal, LoadingCache, LruCache, systemContext, unauthenticated } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { DeviceKind } from '../registry/registry.model.ts';
import { DeviceCredentialKind } from './credentials.model.ts';
import { CREDENTIAL_REVOKED, DEVICE_CUT_OFF } from './credentials.service.ts';
import type { DeviceToken } from './device-token.ts';
import { parseDeviceToken } from './device-token.ts';

/** What the check of a token needs. */
export interface DeviceResolverOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly loadProject: (id: ProjectId) => Promise<Project | null>;
}

/** Who a token stands for. One object lives in it that revocation can make useless at once. */
interface Known {
  readonly principal: DevicePrincipal | null;
}

const MAX_KNOWN = 100_000;
/** How long a revocation that Redis did not carry to this process can matter. */
const BELIEVE_MS = 15_000;
/** Longer than anything is believed. */
const KEYS_AGE_MS = 60_000;

/** Turns tokens into principals. One look-up per token and quarter of a minute, however often a device reconnects. */
export class DeviceResolver {
  readonly #options: DeviceResolverOptions;
  readonly #known = new LoadingCache<Known>({ maxEntries: MAX_KNOWN, maxAgeMs: BELIEVE_MS });
  /** The keys under which a device is known, so that all are forgotten when its name or profile changes. */
  readonly #keysOf = new LruCache<Set<string>>({ maxEntries: MAX_KNOWN, maxAgeMs: KEYS_AGE_MS });

  constructor(options: DeviceResolverOptions) {
    this.#options = options;
    options.store.signals.onInvalidate(CREDENTIAL_REVOKED, (key) => this.#known.invalidate(key));
    options.store.signals.onInvalidate(DEVICE_CUT_OFF, (key) => {
      for (const known of this.#keysOf.get(key) ?? []) this.#known.invalidate(known);
      this.#keysOf.delete(key);
    });
  }

  /** Whether the token was looked up lately, so that asking again costs nothing. */
  isKnown(text: string): boolean {
    const token = parseDeviceToken(text);
    return token !== null && this.#known.peek(keyOf(token))?.principal !== undefined;
  }

  /**
   * The context of a device that presents a token and nothing else (MQTT).
   * @throws unauthenticated, the same for a wrong shape, an unknown project and an unknown token
   */
  async byToken(text: string): Promise<ProjectContext> {
    const token = parseDeviceToken(text);
    const project = token === null ? null : await this.#options.loadProject(token.project);
    if (token === null || project === null) throw refused();
    const context = systemContext(project, 'device-sign-in', this.#options.log);
    const principal = await this.#principal(context, token);
    return { ...asPrincipal(context, principal), log: this.#options.log.child({ project: project.id, device: principal.id }) };
  }

  /**
   * The device behind a bearer token of a request to its project (HTTP).
   * @throws unauthenticated also for a device of another project
   */
  async byBearer(context: ProjectContext, text: string): Promise<DevicePrincipal> {
    const token = parseDeviceToken(text);
    if (token === null || token.project !== context.project.id) throw refused();
    return this.#principal(context, token);
  }

  async #principal(context: ProjectContext, token: DeviceToken): Promise<DevicePrincipal> {
    const key = keyOf(token);
    const { principal } = await this.#known.get(key, async () => ({ principal: await this.#load(context, token) }));
    if (principal === null) throw refused();
    const device = `${context.project.id}:${principal.id}`;
    const keys = this.#keysOf.get(device) ?? new Set();
    this.#keysOf.set(device, keys.add(key));
    return principal;
  }

  async #load(context: ProjectContext, { hash }: DeviceToken): Promise<DevicePrincipal | null> {
    const { store } = this.#options;
    const credential = await store.kind(context, DeviceCredentialKind).get(hash);
    const device = credential === null ? null : await store.kind(context, DeviceKind).get(credential.device);
    return device === null ? null : { type: 'device', id: device.id as DeviceId, name: device.name, profile: device.profile };
  }
}

function keyOf({ project, hash }: DeviceToken): string {
  return `${project}:${hash}`;
}

function refused() {
  return unauthenticated({ reason: 'The device token is not valid.' });
}
