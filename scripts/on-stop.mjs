/**
 * Calls `stop` with the signal's name on Ctrl-C, SIGTERM and SIGHUP; and, under npm, when the parent is gone: npm passes SIGTERM to the shell
 * between it and us, which dies without passing it on.
 */
export function onStop(stop) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, (name) => void stop(name));
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop('SIGTERM'), 500).unref();
}
