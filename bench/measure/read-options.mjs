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
 * Ends the process with a sentence about what is wrong with which option.
 */
export function readOptions(defaults, choices = {}) {
  try {
    return read(defaults, choices);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function read(defaults, choices) {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' }]));
  const { values } = parseArgs({ options });
  const result = { ...defaults };
  for (const [name, text] of Object.entries(values)) {
    const fallback = defaults[name];
    if (Array.isArray(fallback)) result[name] = LIST(text).map((item) => (typeof fallback[0] === 'number' ? positive(name, item) : item));
    else result[name] = typeof fallback === 'number' ? positive(name, text) : text;
  }
  for (const [name, allowed] of Object.entries(choices)) {
    const unknown = result[name].find((item) => !allowed.includes(item));
    if (unknown !== undefined) throw new Error(`--${name} knows ${allowed.join(', ')}, not ${unknown}`);
  }
  return result;
}
