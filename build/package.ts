import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { ROOT } from './bundles.ts';

/**
 * `npm run package [-- option of electron-builder…]`: installers for this system in `release/`. electron-builder
 * downloads Electron's binary; where that is not possible, this says so and ends with 1, for nothing was packaged.
 */
await buildAll();
const builder = join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
const config = join(ROOT, 'build', 'electron-builder.yml');
const args = ['--config', config, '--publish', 'never', ...process.argv.slice(2)];
const { status, stdout, stderr } = spawnSync(process.execPath, [builder, ...args], {
  cwd: ROOT,
  stdio: ['inherit', 'pipe', 'pipe'],
  encoding: 'utf8',
});
if (status === 0) console.log(`${stdout}Packaged into release/.`);
else {
  const log = `${stdout}\n${stderr}`;
  const offline = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|status code 40[347]|download/i.test(log);
  if (!offline) process.stderr.write(`${stdout}${stderr}`);
  console.error(
    offline
      ? 'Not packaged: Electron’s binary could not be downloaded here. dist/ is built and the configuration was read; run this where GitHub’s releases can be reached.'
      : 'Not packaged: electron-builder failed, see above.',
  );
  process.exitCode = 1;
}
