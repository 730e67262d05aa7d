/** An event as it came in. */
export interface RawEvent {
  readonly id: string;
  readonly type: string;
  readonly event: string | null;
  readonly userId: string | null;
  readonly anonymousId: string | null;
  readonly at: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface EventName {
  readonly event: string;
  readonly count: number;
  readonly lastSeenAt: string;
}

export type Measure = 'count' | 'sum' | 'unique';
export type QueryInterval = 'hour' | 'day' | 'week' | 'month';

export interface AnalyticsQuery {
  readonly event: string;
  readonly measure: Measure;
  readonly from: string;
  readonly to: string;
  readonly interval: QueryInterval;
  readonly timeZone: string;
  readonly by?: string;
}

export interface AnalyticsResult {
  readonly series: readonly { readonly key: string; readonly points: readonly { readonly at: string; readonly value: number }[] }[];
}
