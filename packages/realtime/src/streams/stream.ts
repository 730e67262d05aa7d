import type { ServerResponse } from 'node:http';
import type { ProjectContext } from '@mainstay/kernel';
import { problemBody, toProblem } from '@mainstay/http';
import type { Guest } from '../gateway/guests.ts';
import { sightOf } from '../gateway/sight-of.ts';
import type { Follower, Outlet } from '../subscriptions/subscription.ts';
import type { ToldChange } from '../subscriptions/told-change.ts';

/** What is known of the way out. */
export interface StreamOptions {
  readonly response: ServerResponse;
  readonly context: ProjectContext;
  /** More than this may not wait for a slow reader. */
  readonly unsentMaxBytes: number;
}

/** One subscription as server-sent events. The id of an event is the sequence from which the browser goes on when it comes back. */
export class Stream implements Outlet, Guest {
  readonly #response: ServerResponse;
  readonly #unsentMaxBytes: number;
  #context: ProjectContext;
  #follower: Follower | undefined;
  #rights = '';
  #isBegun = false;
  /** Rules changed before it had begun. */
  #isVoid = false;

  constructor({ response, context, unsentMaxBytes }: StreamOptions) {
    this.#response = response;
    this.#context = context;
    this.#unsentMaxBytes = unsentMaxBytes;
  }

  /** Writes the beginning, and from then on what happens. */
  async follow(follower: Follower): Promise<void> {
    this.#follower = follower;
    const first = await follower.begin();
    await follower.refresh(false);
    this.#rights = first.rights;
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#isBegun = true;
    this.send('start', first);
    // The browser comes back at once, and starts anew.
    if (this.#isVoid) {
      this.send('resync', { subscription: follower.id });
      this.ended();
    }
    follower.follow();
  }

  context(): ProjectContext {
    return this.#context;
  }

  send(message: string, body: object): void {
    if (!this.#isBegun) {
      this.#isVoid = true;
      return;
    }
    const sequence = 'sequence' in body ? this.#id(Number(body.sequence)) : '';
    // Without an id the browser would come back to where it can't go on.
    const id = message === 'resync' ? 'id\n' : sequence;
    this.#response.write(`${id}event: ${message}\ndata: ${JSON.stringify(body)}\n\n`);
  }

  tell(subscription: string, { change, json }: ToldChange): void {
    this.#response.write(`${this.#id(change.sequence)}event: change\ndata: {"subscription":"${subscription}",${json}}\n\n`);
  }

  /** Keeps the connection open, and the browser's place up to date. */
  beat(): void {
    if (!this.isFull()) this.#response.write(`${this.#id(this.#follower?.sequence ?? 0)}: \n\n`);
  }

  isFull(): boolean {
    return this.#response.writableLength > this.#unsentMaxBytes;
  }

  room(timeoutMs: number): Promise<boolean> {
    const response = this.#response;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        response.off('drain', finish);
        response.off('close', finish);
        resolve(!response.destroyed && !this.isFull());
      };
      const timer = setTimeout(finish, timeoutMs);
      response.on('drain', finish);
      response.on('close', finish);
    });
  }

  /** To whoever takes nothing, nothing can be said either: a browser comes back by itself and goes on where it was. */
  ended(): void {
    if (!this.#isBegun) return;
    if (this.isFull()) this.#response.destroy();
    else this.#response.end();
  }

  async adopt(context: ProjectContext): Promise<void> {
    const isOther = sightOf(context.principal) !== sightOf(this.#context.principal);
    this.#context = context;
    if (this.#follower !== undefined) await this.refresh(this.#follower.collection, isOther);
  }

  async refresh(collection: string, isForced: boolean): Promise<void> {
    if (this.#follower?.collection !== collection) return;
    try {
      await this.#follower.refresh(isForced);
    } catch (error) {
      this.#follower.close();
      this.send('ended', { problem: problemBody(toProblem(error, this.#context.log), this.#context.requestId) });
      this.#response.end();
    }
  }

  /** Where a browser goes on, and what it could see then. */
  #id(sequence: number): string {
    return `id: ${sequence}.${this.#rights}\n`;
  }

  cut(): void {
    this.#response.destroy();
  }

  dismiss(afterMs: number): void {
    this.#response.end(`retry: ${afterMs}\n\n`);
  }
}
