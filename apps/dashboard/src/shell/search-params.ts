import { isJsonObject } from '../design/json-text.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A text of the address, when it is one. */
export function textParam(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A text of the address, when it is one of the given. */
export function choiceParam<const T extends string>(raw: Raw, name: string, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === raw[name]);
}

/** An object of the address, when it is one. */
export function objectParam(raw: Raw, name: string): Readonly<Record<string, unknown>> | undefined {
  const value = raw[name];
  return isJsonObject(value) ? value : undefined;
}

/** The parameters without those that are undefined; each may be missing. */
export function definedParams<T extends Readonly<Record<string, unknown>>>(params: T): Partial<T> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as Partial<T>;
}
