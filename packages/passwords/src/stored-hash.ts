/** A hash of another system, in parts, as it is stored: `$<algorithm>$<parameters>$<parts in base64>`. */
export interface StoredHash {
  readonly algorithm: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly parts: readonly Buffer[];
}

const ALGORITHM = /^[a-z0-9-]{1,32}$/;
const PARAMETERS = /^[a-z]+=[a-z0-9]+(?:,[a-z]+=[a-z0-9]+)*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Writes a hash as one text, in the form of the PHC string format. */
export function writeStoredHash(
  algorithm: string,
  parameters: Readonly<Record<string, string | number>>,
  parts: readonly Buffer[],
): string {
  const options = Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  return ['', algorithm, options, ...parts.map((part) => part.toString('base64').replace(/=+$/, ''))].join('$');
}

/** Reads what {@link writeStoredHash} wrote, or another PHC string of this form; null for anything else. */
export function readStoredHash(text: string): StoredHash | null {
  const [empty, algorithm = '', options = '', ...parts] = text.split('$');
  if (empty !== '' || !ALGORITHM.test(algorithm) || !PARAMETERS.test(options)) return null;
  if (parts.length < 2 || !parts.every((part) => BASE64.test(part))) return null;
  const parameters = new Map(options.split(',').map((one) => one.split('=') as [string, string]));
  return { algorithm, parameters, parts: parts.map((part) => Buffer.from(part, 'base64')) };
}
