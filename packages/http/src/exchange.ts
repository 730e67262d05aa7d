import type { Logger } from '@mainstay/kernel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Idempotency } from './idempotency.service.ts';
import type { HttpSettings } from './http.settings.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Resolvers } from './resolvers.ts';

/** One request and its answer on their way through a pipeline. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly facts: RequestFacts;
  /** The headers that the answer has whatever it says. */
  readonly headers: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}

/** What every pipeline works with. */
export interface PipelineParts {
  readonly settings: HttpSettings;
  readonly resolvers: Resolvers;
  readonly idempotency: Idempotency;
  readonly requestLimiter: RateLimiter;
  readonly log: Logger;
  /** Whether each answer is compared with its description: in tests. */
  readonly checksAnswers: boolean;
}

/** The origin under which this request reached us, e.g. `https://api.example.com`. */
export function ownOriginOf({ request, facts }: Exchange): string {
  return `${facts.isSecure ? 'https' : 'http'}://${request.headers.host ?? ''}`;
}
