import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const MAX_GZIP_BYTES = 15_000;
const typescript = createRequire(join(process.cwd(), 'package.json')).resolve('typescript/package.json');
const sources = join(dirname(typescript), '../../packages/client/src');

interface Chunk {
  readonly path: string;
  readonly text: string;
  readonly inputs: readonly string[];
}

/** What a page loads for an entry before anything is imported lazily. */
async function bundle(entry: string): Promise<{ bytes: number; inputs: readonly string[]; later: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(sources, entry)],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    outdir: '/out',
    logLevel: 'silent',
  });
  const chunks = outputFiles.map(({ path, text }): Chunk => {
    const [, found] = Object.entries(metafile.outputs).find(([name]) => path.endsWith(name.replace(/^.*out\//, ''))) ?? [];
    return { path, text, inputs: Object.keys(found?.inputs ?? {}) };
  });
  const first = chunks.find(({ path }) => path.endsWith(entry.replace(/\.ts$/, '.js')));
  const needed = new Set<Chunk>();
  const visit = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || needed.has(chunk)) return;
    needed.add(chunk);
    for (const [, name = ''] of chunk.text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) visit(chunks.find(({ path }) => path.endsWith(name)));
  };
  visit(first);
  const now = [...needed];
  return {
    bytes: gzipSync(now.map(({ text }) => text).join('\n')).length,
    inputs: now.flatMap(({ inputs }) => inputs),
    later: chunks.filter((chunk) => !needed.has(chunk)).flatMap(({ inputs }) => inputs),
  };
}

describe('the bundle of an app', () => {
  it('has the core in 15 kB, for browsers, without a dependency; socket.io comes when it is needed', async () => {
    const { bytes, inputs, later } = await bundle('index.ts');
    expect(bytes).toBeGreaterThan(2_000);
    expect(bytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
    expect(inputs.filter((input) => input.includes('node_modules'))).toEqual([]);
    expect(later.some((input) => input.includes('socket.io-client'))).toBe(true);
  });

  it('has the offline part without a dependency as well', async () => {
    const { inputs, bytes } = await bundle('offline.ts');
    expect(inputs.filter((input) => input.includes('node_modules'))).toEqual([]);
    expect(bytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });
});
