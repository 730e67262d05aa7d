/** A device and what was heard of it last. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly label?: string;
  readonly profile: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly connection: {
    readonly online: boolean;
    readonly lastSeenAt: string | null;
    readonly clientId: string | null;
    readonly ip: string | null;
  };
  readonly latest: Readonly<Record<string, { readonly at: string; readonly value: unknown }>>;
}

export interface RegisteredDevice {
  readonly device: Pick<Device, 'id' | 'name'>;
  readonly credentials: { readonly type: 'token'; readonly token: string };
}

export interface TelemetryItem {
  readonly at: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type RuleAction =
  | { readonly type: 'write-document'; readonly collection: string; readonly document: Readonly<Record<string, unknown>> }
  | { readonly type: 'push'; readonly audience: unknown; readonly notification: { readonly title: string; readonly body: string } };

/** What happens when telemetry meets a condition. */
export interface DeviceRule {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly on: { readonly type: 'telemetry'; readonly profile?: string; readonly device?: string };
  readonly when: unknown;
  readonly do: readonly RuleAction[];
}

export type NewDeviceRule = Omit<DeviceRule, 'id'>;
