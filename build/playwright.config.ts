import { join } from 'node:path';
import { defineConfig } from 'playwright/test';
import { sandboxArguments } from '../electron/cli/browser.ts';
import { ROOT } from './bundles.ts';

/** The browser tests: a real Chromium against the built browser host. Started by `e2e.ts`, which finds it. */
export default defineConfig({
  testDir: join(ROOT, 'test', 'e2e'),
  testMatch: '*.spec.ts',
  outputDir: join(ROOT, 'test-results'),
  forbidOnly: true,
  // No second try: a test that fails now and then says something.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ...(process.env.SHARDSCOPE_E2E_REPORT
      ? [['json', { outputFile: process.env.SHARDSCOPE_E2E_REPORT }] as ['json', { outputFile: string }]]
      : []),
  ],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.SHARDSCOPE_CHROMIUM && { executablePath: process.env.SHARDSCOPE_CHROMIUM }),
      args: [
        ...sandboxArguments(),
        // The page talks to its host alone; what Chromium fetches for itself would only be noise.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
