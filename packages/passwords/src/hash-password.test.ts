import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { pid, platform } from 'node:process';
import { AttemptThrottle, hashPassword, verifyPassword } from './index.ts';

describe('passwords', () => {
  it('verify against their own hash only, in any Unicode form', async () => {
    const hashed = await hashPassword('pässword1');
    expect(hashed).toContain('$argon2id$');
    expect(await verifyPassword(hashed, 'pa\u0308ssword1')).toBe(true);
    expect(await verifyPassword(hashed, 'password1')).toBe(false);
    expect(await verifyPassword(null, 'nobody has this password')).toBe(false);
  });

  it.each([['a'], ['x'.repeat(1_000_000)], ['contains\0nul']])('refuse what is too short, too long or has NUL', async (password) => {
    await expect(hashPassword(password)).rejects.toMatchObject({ code: 'password_unacceptable' });
  });

  it('are hashed on threads that step back behind the event loop and the database', async () => {
    await Promise.all(Array.from({ length: 8 }, () => hashPassword('pässword1')));
    const threads = platform === 'linux' ? readdirSync('/proc/self/task') : [];
    // The 19th number is how nice the thread is; the name before it may hold spaces. Threads may end while we look.
    const stats = threads.map((thread) => readStat(thread));
    const nice = stats.filter((stat) => stat.split(') ')[1]?.split(' ')[16] === '10');
    expect(nice.length).toBeGreaterThanOrEqual(platform === 'linux' ? cpus().length : 0);
    // The event loop is the thread that has the process's own number.
    expect(
      stats
        .find((stat) => stat.startsWith(`${pid} `))
        ?.split(') ')[1]
        ?.split(' ')[16] ?? '0',
    ).not.toBe('10');
  });

  it('that are no hash say so, and the next one is checked as ever', async () => {
    await expect(verifyPassword('$argon2id$nothing', 'pässword1')).rejects.toThrow(/decod/i);
    expect(await verifyPassword(await hashPassword('pässword1'), 'pässword1')).toBe(true);
  });

  it('are refused at once beyond the queue, and never run more than the cores together', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => verifyPassword(null, 'some password')));
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(50);
  });
});

describe('the throttle', () => {
  it('lets five failures pass, then doubles the wait, and forgets at success', () => {
    let now = 0;
    const throttle = new AttemptThrottle({ now: () => now });
    for (let attempt = 0; attempt < 6; attempt += 1) throttle.fail('ada');
    expect(() => throttle.check('ada')).toThrow(expect.objectContaining({ code: 'sign_in_throttled', retryAfterSeconds: 1 }));
    now = 1_001;
    expect(() => throttle.check('ada')).not.toThrow();
    throttle.fail('ada');
    expect(() => throttle.check('ada')).toThrow(expect.objectContaining({ retryAfterSeconds: 2 }));
    throttle.succeed('ada');
    expect(() => throttle.check('ada')).not.toThrow();
  });

  it('counts attempts that have no outcome yet', () => {
    const throttle = new AttemptThrottle({ now: () => 0 });
    const outcomes = Array.from({ length: 100 }, () => {
      try {
        throttle.begin('ada');
        return 'begun';
      } catch {
        return 'refused';
      }
    });
    expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(6);
  });
});

function readStat(thread: string): string {
  try {
    return readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
  } catch {
    return '';
  }
}
