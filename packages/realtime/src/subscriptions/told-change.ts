import type { Change } from '../schema.ts';

/** A change as it is told to everybody who sees it alike: its JSON is written once, whoever asks for it. */
export class ToldChange {
  readonly change: Omit<Change, 'subscription'>;
  #json: string | undefined;
  #bytes: Buffer | undefined;

  constructor(change: Omit<Change, 'subscription'>) {
    this.change = change;
  }

  /** The members as JSON, without the braces: the id of the subscription stands before them. */
  get json(): string {
    this.#json ??= JSON.stringify(this.change).slice(1, -1);
    return this.#json;
  }

  /** The same in UTF-8. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.json);
    return this.#bytes;
  }
}
