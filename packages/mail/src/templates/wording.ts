import type { TemplateName } from '../mail.schema.ts';

/** What a mail says, as sentences; its text and its HTML are made of them. */
export interface Wording {
  readonly subject: string;
  readonly lines: readonly string[];
  /** The text on the button that leads to `{{link}}`, or `{{code}}` itself. */
  readonly button?: string;
  readonly code?: boolean;
  readonly end: string;
}
export type Wordings = Readonly<Record<TemplateName, Wording>>;
