import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { ROOT } from './bundles.ts';

/** Unit and contract tests. The browser tests (`test/e2e`) have a runner of their own: `playwright.config.ts`. */
export default defineConfig({
  root: ROOT,
  test: {
    globalSetup: 'build/vitest.setup.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['shared/**/*.test.ts', 'electron/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/mindspore/**'],
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.{ts,tsx}'],
        },
      },
    ],
  },
});
