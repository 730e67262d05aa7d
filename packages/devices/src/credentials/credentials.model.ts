import { defineKind } from '@mainstay/store';

/** What a device signs in with. The secret itself is not kept. */
export interface DeviceCredentialRow {
  /** SHA-256 of the whole token: it has 256 random bits, so nothing slower is needed. */
  readonly id: string;
  readonly device: string;
  readonly type: 'token';
  readonly createdAt: Date;
}

export const DeviceCredentialKind = defineKind<DeviceCredentialRow>({ name: 'deviceCredentials', indexes: [{ fields: { device: 1 } }] });
