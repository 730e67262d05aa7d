import { z } from 'zod';

/** Lower case, except for letters such as the Kelvin sign whose lower case is an ASCII look-alike: they stay what they are. */
function lowerCase(text: string): string {
  return text.replace(/./gsu, (letter) => {
    const lower = letter.toLowerCase();
    return letter > '\x7f' && /^[a-z]/.test(lower) ? letter : lower;
  });
}

/** Letters with their marks as one (NFC); lone letters stay, as NFC makes ASCII letters of some look-alikes. */
function composed(text: string): string {
  return text.replace(/\P{M}\p{M}+/gu, (letter) => letter.normalize('NFC'));
}

/** The domain as DNS knows it (IDNA): `münchen.example` and `xn--mnchen-3ya.example` are one. What is no such domain stays as it is. */
function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) || !URL.canParse(`http://${domain}`)) return address;
  const known = new URL(`http://${domain}`).hostname;
  // Only letters that DNS encodes: a full-width or Kelvin letter would become the ASCII one that it looks like.
  return known.includes('xn--') ? address.slice(0, at) + known : address;
}

/**
 * Upper case, spaces around, a dot at the end, composed or decomposed letters and the two ways to write a domain make no other
 * address; look-alike letters do, and are not touched.
 */
export const Email = z
  .string()
  .max(254)
  .transform((text) => asciiDomain(lowerCase(composed(text.trim())).replace(/\.$/, '')))
  .pipe(z.string().regex(/^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,190}$/u, 'Give an e-mail address.'));
