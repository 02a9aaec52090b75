import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { ROOT } from './bundles.ts';

/** The page. Relative addresses: the same files are served by the browser host and by the app's own protocol. */
export default defineConfig({
  root: join(ROOT, 'renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: join(ROOT, 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    // The content security policy allows neither inline scripts nor data: addresses for code.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  clearScreen: false,
});
