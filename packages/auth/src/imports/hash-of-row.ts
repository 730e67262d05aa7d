import { isKnownHash, writeStoredHash } from '@mainstay/passwords';
import type { HashDescription, UserImportRow } from './imports.schema.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll('-', '+').replaceAll('_', '/'), 'base64');

/** The hash of a row as it is stored; null where there is none, undefined where it is none that we can check. */
export function hashOfRow(
  { passwordHash, salt = '' }: Pick<UserImportRow, 'passwordHash' | 'salt'>,
  description?: HashDescription,
): string | null | undefined {
  if (passwordHash === undefined) return null;
  const text = passwordHash.startsWith('$') || description === undefined ? passwordHash : described(description, passwordHash, salt);
  return isKnownHash(text) ? text : undefined;
}

function described(description: HashDescription, hash: string, salt: string): string {
  const { algorithm, rounds, memoryCost = 14, blockSize = 8, parallelism = 1, signerKey = '', saltSeparator = '' } = description;
  const [saltBytes, hashBytes] = [bytesOf(salt), bytesOf(hash)];
  switch (algorithm) {
    case 'bcrypt':
    case 'argon2':
      return hash;
    case 'scrypt':
      return writeStoredHash('scrypt', { ln: memoryCost, r: blockSize, p: parallelism }, [saltBytes, hashBytes]);
    case 'firebase-scrypt':
      return writeStoredHash('firebase-scrypt', { ln: memoryCost, r: rounds ?? 8, p: 1 }, [
        saltBytes,
        bytesOf(saltSeparator),
        bytesOf(signerKey),
        hashBytes,
      ]);
    case 'pbkdf2-sha1':
    case 'pbkdf2-sha256':
    case 'pbkdf2-sha512':
      return writeStoredHash(algorithm, { i: rounds ?? 1 }, [saltBytes, hashBytes]);
  }
}
