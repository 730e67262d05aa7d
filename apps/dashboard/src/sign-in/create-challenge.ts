/** A secret that stays here, and its SHA-256 that goes out (RFC 7636, S256). */
export interface Challenge {
  readonly verifier: string;
  readonly challenge: string;
}

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

/** A new one. Only on https or the own machine do browsers hash. */
export async function createChallenge(): Promise<Challenge> {
  const verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: base64Url(new Uint8Array(digest)) };
}
