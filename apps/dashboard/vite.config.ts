import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const origin = process.env['MAINSTAY_ORIGIN'] ?? 'http://127.0.0.1:4000';

// Regular expressions, since "/p" alone would take the console's own /projects pages.
const proxy = {
  '^/(p|platform)/': { target: origin, xfwd: true },
  '^/(realtime|mqtt)(/|$)': { target: origin, ws: true },
};

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
  build: {
    target: 'es2022',
    // The server's content security policy allows no inline script; the polyfill would be one.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // The console, and the sign-in page of projects, which shares nothing with it.
    rollupOptions: { input: { main: 'index.html', 'sign-in': 'sign-in.html' } },
  },
});
