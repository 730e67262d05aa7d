/** A browser or phone that may be pushed to. */
export interface Installation {
  readonly id: string;
  readonly platform: 'web' | 'ios' | 'android';
  readonly locale?: string | null;
  readonly tags?: unknown;
  readonly userId?: string | null;
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

export interface MessageCounts {
  readonly targeted?: number;
  readonly sent?: number;
  readonly delivered?: number;
  readonly opened?: number;
  readonly failed?: number;
}

/** A push that was asked for, and how far it got. */
export interface Message {
  readonly id: string;
  readonly status: string;
  readonly notification?: { readonly title?: string; readonly body?: string };
  readonly counts: MessageCounts;
  readonly failures?: readonly { readonly reason: string; readonly count: number }[];
  readonly createdAt: string;
}

export interface NewMessage {
  readonly audience: unknown;
  readonly notification: { readonly title: string; readonly body: string; readonly data?: Readonly<Record<string, unknown>> };
  readonly ttlSeconds?: number;
  readonly collapseKey?: string;
  readonly sendAt?: string;
}
