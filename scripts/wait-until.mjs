import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks `check` again and again until it answers something true, and returns that. Its errors count as "not yet".
 * @throws after `seconds`, with the last error as the cause
 */
export async function waitUntil(what, check, { seconds = 30, everyMs = 25 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  let cause;
  for (;;) {
    try {
      const answer = await check();
      if (answer) return answer;
    } catch (error) {
      if (error.fatal) throw error;
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`${what} took longer than ${seconds} s`, { cause });
    await pause(everyMs);
  }
}
