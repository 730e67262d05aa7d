import { describe, expect, it } from '@jest/globals';
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
