// One configuration for all packages and apps/server: `jest --config ../../jest.config.mjs --rootDir .` in a package, or one run for all at
// the root (scripts/test.mjs). Tests run from source, so nothing needs to be built first. The dashboard has its own, for a browser-like DOM.

import { fileURLToPath } from 'node:url';

/** Dependencies without a CommonJS build, which the transform turns into one. */
const ESM_ONLY = [
  'aedes[^/]*',
  'mqemitter[^/]*',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer/[^/]+',
  '@borewit/[^/]+',
  '@marcbachmann/cel-js',
  '@scure/[^/]+',
  '@noble/[^/]+',
  'jose',
  'openid-client',
  'oauth4webapi',
];

const swc = (syntax) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: { target: 'es2022', parser: syntax, keepClassNames: true },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

export default {
  testEnvironment: 'node',
  // The condition under which every package's "exports" lead to src/index.ts.
  testEnvironmentOptions: { customExportConditions: ['mainstay-source', 'node', 'node-addons'] },
  // Compiled tests in dist/ would run everything twice; the dashboard's own configuration runs the dashboard's.
  testMatch: ['**/src/**/*.test.ts', '**/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/apps/dashboard/', '/bench/', '/\\.mainstay/'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/bench/', '<rootDir>/\\.mainstay/'],
  moduleFileExtensions: ['ts', 'tsx', 'mjs', 'js', 'json', 'node'],
  transform: {
    '\\.tsx?$': swc({ syntax: 'typescript', tsx: false }),
    '\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  // Its "exports" know only the conditions of `import`, which a transformed test does not use.
  moduleNameMapper: { '^file-type$': fileURLToPath(new URL('./node_modules/file-type/index.js', import.meta.url)) },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
  // Test globals would leak into the types of the sources: import them from '@jest/globals'.
  injectGlobals: false,
  testTimeout: 30_000,
};
