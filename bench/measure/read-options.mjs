import { parseArgs } from 'node:util';

const LIST = (text) => text.split(',').filter(Boolean);

function positive(name, text) {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} wants a number above 0, not ${text}`);
  return value;
}

/**
 * Reads `--name value` by the types of the defaults: a list, a number or a text.
 *
 * @param {Record<string, string[] | number[] | number | string>} defaults
 * @param {Record<string, string[]>} choices what a list may hold
 * @throws an Error that says what is wrong with which option
 */
export function readOptions(defaults, choices = {}) {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' }]));
  const { values } = parseArgs({ options });
  const read = { ...defaults };
  for (const [name, text] of Object.entries(values)) {
    const fallback = defaults[name];
    if (Array.isArray(fallback)) read[name] = LIST(text).map((item) => (typeof fallback[0] === 'number' ? positive(name, item) : item));
    else read[name] = typeof fallback === 'number' ? positive(name, text) : text;
  }
  for (const [name, allowed] of Object.entries(choices)) {
    const unknown = read[name].find((item) => !allowed.includes(item));
    if (unknown !== undefined) throw new Error(`--${name} knows ${allowed.join(', ')}, not ${unknown}`);
  }
  return read;
}
