import { expect, test } from '@jest/globals';
import { Email } from './email.ts';

test.each([
  ['upper case, spaces and a last dot', ' Ada@Example.COM. ', 'ada@example.com'],
  ['a decomposed letter', 'rene\u0301@example.com', 'ren\u00e9@example.com'],
  ['a domain of other letters', 'ada@m\u00fcnchen.example', 'ada@xn--mnchen-3ya.example'],
  ['a domain of other letters in upper case', 'ada@M\u00dcNCHEN.example', 'ada@xn--mnchen-3ya.example'],
])('%s make no other address', (_, given, kept) => {
  expect(Email.parse(given)).toBe(kept);
});

test.each([
  ['a Cyrillic a', '\u0430da@example.com'],
  ['a fullwidth letter', '\uff41da@example.com'],
  ['a fullwidth letter in the domain', 'ada@\uff45xample.com'],
  ['a dotless i', '\u0131da@example.com'],
  ['a Cyrillic letter in the domain', 'ada@ex\u0430mple.com'],
])('%s makes another address', (_, given) => {
  expect(['ada@example.com', 'ida@example.com']).not.toContain(Email.parse(given));
});
