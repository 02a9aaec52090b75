import { closeSync, fstatSync, openSync, readSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeSparseCheckpoint } from '../../electron/engine/open/sample-sparse.ts';
import { readSafetensorsHeader } from '../../shared/safetensors/open-header.ts';
import { runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const GiB = 1024 ** 3;

/** Says at its end how much memory the process ever had, in KiB. */
const PEAK =
  'import{isMainThread}from"node:worker_threads";import{writeSync}from"node:fs";if(isMainThread)process.on("exit",()=>writeSync(2,"peak:"+process.resourceUsage().maxRSS))';

test('a tensor of 3 GiB is converted and read back in less than 300 MB of memory', {
  timeout: 120_000,
}, async (context) => {
  const { bavail, bsize } = statfsSync(scratch.path);
  if (bavail * bsize < 7 * GiB) context.skip('too little space for the output');
  const source = join(scratch.path, 'huge.ckpt');
  const end = Uint8Array.of(7, 8, 9);
  writeSparseCheckpoint(source, end);
  const out = join(scratch.path, 'out');
  const { code, stdout, stderr } = await runCli(
    ['convert', source, '--to', 'safetensors', '--out', out, '--no-fsync', '--progress', 'none', '--json'],
    { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PEAK)}` } },
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ tensors: 1, bytes: 3 * GiB, verified: true });
  expect(Number(/peak:(\d+)$/.exec(stderr)?.[1])).toBeLessThan(300_000_000 / 1024);

  const fd = openSync(join(out, 'huge.safetensors'), 'r');
  const read = (offset: number, length: number) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
  };
  try {
    const { tensors } = readSafetensorsHeader(read, fstatSync(fd).size);
    expect(tensors).toMatchObject([{ name: 'w', dtype: 'U8', shape: [3 * GiB] }]);
    expect(read((tensors[0]?.offset ?? 0) + 3 * GiB - end.length, 8)).toEqual(end);
  } finally {
    closeSync(fd);
  }
});
