import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What people load before they see anything, and for any one page after it (specs/dashboard.md, budgets). */
const directory = process.env['MAINSTAY_DASHBOARD_DIR'];
const whenBuilt = describe.each(directory === undefined ? [] : [directory]);
const KB = 1_024;
const BUDGETS = { entryScripts: 230 * KB, styles: 45 * KB, page: 250 * KB, signInPage: 50 * KB };

whenBuilt('the built dashboard', (built) => {
  const assets = join(built, 'assets');
  const sizeOf = (name: string): number => gzipSync(readFileSync(join(assets, name))).length;
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const entry = [...html.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name = '']) => name);

  it('loads little before anything is seen', () => {
    expect(entry.length).toBeGreaterThan(0);
    expect(entry.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(BUDGETS.entryScripts);
    const styles = readdirSync(assets).filter((name) => name.endsWith('.css'));
    expect(styles.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(BUDGETS.styles);
  });

  it('loads charts and editors only where they are shown, each within its budget', () => {
    const lazy = readdirSync(assets).filter((name) => name.endsWith('.js') && !entry.includes(name));
    for (const name of lazy) expect({ name, fits: sizeOf(name) < BUDGETS.page }).toEqual({ name, fits: true });
    for (const name of entry) expect(readFileSync(join(assets, name), 'utf8')).not.toContain('echarts');
  });

  it('has a sign-in page for the users of projects that is small in any language', () => {
    const page = readFileSync(join(built, 'sign-in.html'), 'utf8');
    const needed = [...page.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name = '']) => name);
    const languages = readdirSync(assets).filter((name) => /^texts-.*\.js$/.test(name));
    expect(languages.length).toBeGreaterThan(3);
    expect(needed.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(BUDGETS.signInPage);
    for (const name of languages) expect(sizeOf(name)).toBeLessThan(8 * KB);
  });
});
