import { Email } from '@mainstay/kernel/schema';

/** Who somebody is, as a provider says. */
export interface ProviderProfile {
  /** Who says so. With the subject it is the identity: names and addresses change hands. */
  readonly issuer: string;
  readonly subject: string;
  /** In its one spelling; null where there is none. */
  readonly email: string | null;
  /** Whether the provider has seen proof of the address. */
  readonly emailVerified: boolean;
  readonly name: string | null;
}

const MAX_NAME = 200;

/** What an address is worth: nothing, unless it has the shape of one. */
export function profileEmail(email: unknown, isVerified: boolean): Pick<ProviderProfile, 'email' | 'emailVerified'> {
  const parsed = Email.safeParse(email);
  return parsed.success ? { email: parsed.data, emailVerified: isVerified } : { email: null, emailVerified: false };
}

/** A name that people can read; null where there is none. */
export function profileName(name: unknown): string | null {
  const text = typeof name === 'string' ? name.trim().slice(0, MAX_NAME) : '';
  return text === '' ? null : text;
}
