// The console's own tests, in a browser-like DOM. What only a real browser shows is tested in apps/server/test/dashboard*.test.ts.
import { fileURLToPath } from 'node:url';

const swc = (syntax) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: { target: 'es2022', parser: syntax, transform: { react: { runtime: 'automatic' } } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

export default {
  testEnvironment: 'jsdom',
  testEnvironmentOptions: { customExportConditions: ['mainstay-source', 'browser', 'require', 'default'] },
  testMatch: ['**/src/**/*.test.ts', '**/src/**/*.test.tsx'],
  setupFiles: [fileURLToPath(new URL('./test-setup.mjs', import.meta.url))],
  transform: { '\\.tsx?$': swc({ syntax: 'typescript', tsx: true }), '\\.m?js$': swc({ syntax: 'ecmascript' }) },
  transformIgnorePatterns: ['/node_modules/(?!(lucide-react|@codemirror|@lezer|@marijn|crelt|style-mod|w3c-keyname)/)'],
  moduleNameMapper: { '\\.css$': fileURLToPath(new URL('./test-setup.mjs', import.meta.url)) },
  injectGlobals: false,
};
