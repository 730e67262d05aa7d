import { Problem } from '@mainstay/kernel';

/** What a problem is called on the wire. */
export interface ProblemReason {
  /** The return code of CONNACK in MQTT 3.1.1. Later refusals close the connection: 3.1.1 has no word for them. */
  readonly connackCode: 2 | 3 | 4 | 5;
  /** The reason code of MQTT 5 for CONNACK, PUBACK and DISCONNECT. */
  readonly reasonCode: number;
}

const BY_STATUS: Readonly<Record<number, ProblemReason>> = {
  400: { connackCode: 2, reasonCode: 0x81 },
  401: { connackCode: 4, reasonCode: 0x86 },
  403: { connackCode: 5, reasonCode: 0x87 },
  404: { connackCode: 5, reasonCode: 0x87 },
  413: { connackCode: 2, reasonCode: 0x95 },
  422: { connackCode: 2, reasonCode: 0x99 },
  429: { connackCode: 3, reasonCode: 0x97 },
  503: { connackCode: 3, reasonCode: 0x88 },
};
const UNEXPECTED: ProblemReason = { connackCode: 3, reasonCode: 0x83 };

/** The one place where problems become MQTT codes. Anything that is no problem of ours is an implementation-specific error. */
export function problemReason(error: unknown): ProblemReason {
  return (error instanceof Problem ? BY_STATUS[error.status] : undefined) ?? UNEXPECTED;
}
