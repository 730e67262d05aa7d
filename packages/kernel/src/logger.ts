import pino from 'pino';

/** A structured logger. Children add fields; secrets are redacted by path and by shape. */
export type Logger = pino.Logger;

/** Our own tokens by their prefixes, wherever they stand in a text. */
const TOKEN_SHAPE = /\b(sk|pk|ms|mr|mt|dt|pat|link)_[A-Za-z0-9_.-]{8,}/g;

const REDACTED_PATHS = [
  'password',
  'token',
  'refreshToken',
  'secret',
  'authorization',
  'cookie',
  '*.password',
  '*.token',
  '*.refreshToken',
  '*.secret',
  '*.authorization',
  '*.cookie',
];

/** The text with every token of ours replaced: error messages and URLs carry them by accident. */
export function scrubTokens(text: string): string {
  return text.replace(TOKEN_SHAPE, '$1_[redacted]');
}

/**
 * The process's logger: JSON lines to `destination` (standard error by default, so that standard output stays for `--json`).
 * Level is a pino level name.
 */
export function createLogger(options: { level: string; destination?: pino.DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(args, method) {
          const scrubbed = args.map((arg) => (typeof arg === 'string' ? scrubTokens(arg) : arg));
          method.apply(this, scrubbed as Parameters<pino.LogFn>);
        },
      },
      serializers: { err: serializeError },
    },
    options.destination ?? pino.destination({ fd: 2, sync: false }),
  );
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack, cause } = error;
  return {
    type: error.name,
    message: scrubTokens(message),
    stack: stack === undefined ? undefined : scrubTokens(stack),
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  };
}
