import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildIfNeeded } from './build.ts';
import { ROOT } from './bundles.ts';
import { chromium } from './chromium.ts';

/** `npm run e2e [-- file or option of Playwright…]`: the browser tests against a fresh build. */
await buildIfNeeded();
process.env.SHARDSCOPE_CHROMIUM = await chromium();
const cli = join(ROOT, 'node_modules', 'playwright', 'cli.js');
const config = join(ROOT, 'build', 'playwright.config.ts');
const result = spawnSync(process.execPath, [cli, 'test', '--config', config, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: ROOT,
});
process.exitCode = result.status ?? 1;
