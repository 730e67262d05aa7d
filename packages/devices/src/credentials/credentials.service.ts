import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import type { DeviceCredentials } from '../registry/registry.schema.ts';
import { DeviceCredentialKind } from './credentials.model.ts';
import { createDeviceToken } from './device-token.ts';

/** The signal that a credential is not valid any more, with `<project>:<hash>`. */
export const CREDENTIAL_REVOKED = 'device-credential';
/** The signal that a device's connections must end, with `<project>:<device>`. */
export const DEVICE_CUT_OFF = 'device-cut-off';

/** What devices sign in with. */
export function createCredentialsService({ store, clock }: Pick<Frame, 'store' | 'clock'>) {
  const rows = (context: ProjectContext) => store.kind(context, DeviceCredentialKind);

  async function create(context: ProjectContext, device: string): Promise<{ credentials: DeviceCredentials; hash: string }> {
    const { token, hash } = createDeviceToken(context.project.id);
    await rows(context).insert({ id: hash, device, type: 'token', createdAt: new Date(clock.now()) });
    return { credentials: { type: 'token', token }, hash };
  }

  /** Ends what was issued before; connections that used it end within a second. */
  async function revoke(context: ProjectContext, device: string, except?: string): Promise<void> {
    const all = await rows(context).find({ device });
    const ended = all.filter(({ id }) => id !== except).map(({ id }) => id);
    await rows(context).deleteMany({ device, id: { $in: ended } });
    for (const hash of ended) store.signals.invalidate(CREDENTIAL_REVOKED, `${context.project.id}:${hash}`);
    cutOff(context, device);
  }

  function cutOff(context: ProjectContext, device: string): void {
    store.signals.invalidate(DEVICE_CUT_OFF, `${context.project.id}:${device}`);
  }

  return {
    /** Issues a token. It is shown this once; only its hash is stored. */
    issue: async (context: ProjectContext, device: string): Promise<DeviceCredentials> => (await create(context, device)).credentials,

    /** Ends the device's connections and forgets who it was; it may come back with its token. */
    cutOff,

    /** Revokes every credential of the device and cuts its connections. */
    revokeAll: (context: ProjectContext, device: string): Promise<void> => revoke(context, device),

    /** Issues a new token, then revokes the others and cuts the connections: the device comes back with the new one. */
    async roll(context: ProjectContext, device: string): Promise<DeviceCredentials> {
      const { credentials, hash } = await create(context, device);
      await revoke(context, device, hash);
      return credentials;
    },
  };
}

export type CredentialsService = ReturnType<typeof createCredentialsService>;
