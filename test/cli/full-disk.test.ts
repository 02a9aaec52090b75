import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SampleMounts } from '../../electron/engine/sample-mounts.ts';
import { copyFixture, type Finished, runCli, scratchFolder } from './run-cli.ts';

/** Everything that writes, on a volume without a free byte: one clear error, and what was there stays. */
const scratch = scratchFolder();
let source = '';
beforeAll(() => {
  source = copyFixture('dp2_mp4', scratch.path);
});
afterAll(scratch.remove);
const mounts = new SampleMounts();

function expectFull({ code, stderr }: Finished): void {
  expect(code).toBe(4);
  expect(stderr).toMatch(/^shardscope: .*\(OUT_SPACE\).*\n$/);
}

const commands: [string, (out: string) => string[]][] = [
  ['merge', (out) => ['merge', source, '--out', out]],
  ['convert', (out) => ['convert', join(source, 'complete'), '--to', 'ckpt', '--out', out]],
  ['strategy merge', (out) => ['strategy', 'merge', join(source, 'strategy'), `${out}.ckpt`]],
  ['values', (out) => ['values', join(source, 'complete'), 'lm_head.weight', '--out', `${out}.npy`]],
];
test.for(commands)('%s', async ([name, command], context) => {
  const volume = join(scratch.path, name);
  mounts.tmpfs(context, volume, '64k');
  const out = join(volume, 'out');
  const files = command(out).filter((arg) => arg.startsWith(`${out}.`));
  for (const file of files) writeFileSync(file, 'old');
  mounts.fill(volume);
  expectFull(await runCli([...command(out), ...files.map(() => '--overwrite')]));
  for (const file of files) expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(volume)).toHaveLength(1 + files.length);
});

test.skipIf(!existsSync('/dev/full'))('what is printed to a full disk (needs /dev/full)', async () => {
  expectFull(await runCli(['tensors', source, '--json'], { limits: 'exec >/dev/full' }));
});
