import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { bench, say } from './bench-run.mjs';

/** Above this many cores of other programs a run is called noisy. */
const NOISE = 0.15;

const number = (value, digits = value < 100 ? 1 : 0) => (value === null || value === undefined ? '–' : value.toFixed(digits));
const share = (value) => (value === null ? '–' : `${Math.round(value * 100)}%`);

/** A table in Markdown, with its columns in line. */
export function table(head, rows) {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

/**
 * One table of rates, one of ratios, one of costs.
 *
 * @param {{ setting: string, targets: Record<string, ReturnType<typeof import('./summarize.mjs').summarize>>, ratios: Record<string, number> }[]} results
 */
export function printResults(results, unit) {
  const names = Object.keys(results[0].targets);
  const others = Object.keys(results[0].ratios);
  const cell = (row) => (row ? `${number(row.rate, 0)} (${number(row.p50)}/${number(row.p99)})` : '–');
  const rates = results.map(({ setting, targets, ratios }) => [
    setting,
    ...names.map((name) => cell(targets[name])),
    ...others.map((name) => number(ratios[name], 2)),
  ]);
  process.stdout.write(`\n${unit}, median of the rounds (p50/p99 ms)\n\n`);
  process.stdout.write(`${table(['', ...names, ...others.map((name) => `ours÷${name}`)], rates)}\n`);
  const costs = results.map(({ setting, targets }) => [setting, ...names.map((name) => cost(targets[name]))]);
  process.stdout.write('\nCores (by process) · spread of the rounds · errors · noisy rounds\n\n');
  process.stdout.write(`${table(['', ...names], costs)}\n`);
}

function cost(row) {
  if (!row) return '–';
  const { foreign: _, generator, ...servers } = row.cores;
  const used = Object.values(servers)
    .map((cores) => number(cores, 2))
    .join('+');
  const noisy = row.rounds.filter(({ cores }) => cores?.foreign > NOISE).length;
  return `${used} (gen ${number(generator, 2)}) · ${share(row.spread)} · ${row.errors} · ${noisy}/${row.rounds.length}`;
}

/** Writes the result with what is needed to judge it later. `results/<date>.json` unless a path is given. */
export function writeResult(name, path, result) {
  const at = new Date();
  const file = path ?? join(bench, 'results', `${name}-${at.toISOString().slice(0, 19).replaceAll(':', '-')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ at, machine: machine(), ...result }, null, 2)}\n`);
  say(`Written to ${file}`);
}

function machine() {
  return {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    load: loadAverage(),
  };
}

function loadAverage() {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).map(Number);
  } catch {
    return null;
  }
}
