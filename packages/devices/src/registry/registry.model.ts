import { defineKind } from '@mainstay/store';

/** A device as it is stored. */
export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly profile: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const DeviceKind = defineKind<DeviceRow>({
  name: 'devices',
  indexes: [{ fields: { name: 1 }, unique: true }, { fields: { createdAt: -1 } }],
});

/** A device that was deleted and whose data has yet to go. */
export interface DeviceErasureRow {
  readonly id: string;
  readonly deletedAt: Date;
}

export const DeviceErasureKind = defineKind<DeviceErasureRow>({ name: 'deviceErasures', indexes: [{ fields: { deletedAt: 1 } }] });
