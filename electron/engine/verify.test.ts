import { closeSync, cpSync, openSync, readFileSync, readSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { readSafetensorsHeader } from '../../shared/safetensors/open-header.ts';
import { openCheckpoint } from './open/open.ts';
import { poolAndFolder } from './sample-pool.ts';
import { runVerify } from './verify.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures');
const { pool, folder: scratch } = poolAndFolder();

const progress: number[] = [];
async function verify(path: string, signal = new AbortController().signal) {
  const open = await openCheckpoint({ path }, { pool });
  progress.length = 0;
  return runVerify(open, { pool, signal, onProgress: ({ bytesDone }) => progress.push(bytesDone) });
}
const copyOf = (fixture: string, name: string): string => {
  const to = join(scratch, name);
  cpSync(join(FIXTURES, fixture), to, { recursive: true });
  return to;
};
/** Turns bits of one byte of a tensor around. */
function flip(file: string, tensor: string, byte: number, bits = 1): void {
  const bytes = readFileSync(file);
  const header = readSafetensorsHeader(
    (offset, length) => bytes.subarray(offset, offset + length),
    bytes.length,
  );
  const offset = (header.tensors.find(({ name }) => name === tensor)?.offset ?? 0) + byte;
  const fd = openSync(file, 'r+');
  const one = Buffer.alloc(1);
  readSync(fd, one, 0, 1, offset);
  writeSync(fd, Uint8Array.of((one[0] ?? 0) ^ bits), 0, 1, offset);
  closeSync(fd);
}
const rankFile = (root: string, rank: number) =>
  join(root, `checkpoint/rank_${rank}/llama_tiny_rank_${rank}-1_10.safetensors`);

test.each(['dp2_mp4', 'dp2_mp4_two_axes', 'dp4_mp2_opt2', 'dp2_mp2_pp2', 'hf_llama'])(
  '%s is sound',
  async (fixture) => {
    const result = await verify(join(FIXTURES, fixture));
    expect(result).toMatchObject({ verified: true, warnings: [], problems: [] });
  },
);

test('replicas are read in full and progress counts their bytes', async () => {
  // All tensors of dp2_mp4 are copied twice or more, and no hyper parameter is compared.
  const { bytes } = await verify(join(FIXTURES, 'dp2_mp4'));
  expect(bytes).toBe(198_304 - 8 * 20);
  expect(progress.at(-1)).toBe(bytes);
});

test('one bit in one copy is found: ranks, element, count', async () => {
  const root = copyOf('dp2_mp4', 'bit');
  // Ranks 1 and 5 hold rows 12 to 23 of the 48 × 16 lm_head in BF16: byte 20 is element 10 of row 12.
  flip(rankFile(root, 5), 'lm_head.weight', 20);
  flip(rankFile(root, 5), 'lm_head.weight', 35, 0x80);
  const { verified, problems = [], warnings } = await verify(root);
  expect(verified).toBe(false);
  expect(problems).toMatchObject([
    { code: 'CP_CONFLICT', severity: 'error', tensor: 'lm_head.weight', rank: 5, file: rankFile(root, 5) },
  ]);
  expect(warnings[0]).toMatch(
    /^'lm_head\.weight' is not the same on rank 1 and rank 5, which should hold copies of one slice: 2 of 192 elements differ by at most [\d.e-]+, first \[12, 10\]\.$/,
  );
});

test('every planted bit is found, one at a time', async () => {
  const root = copyOf('dp2_mp4', 'many');
  for (let i = 0; i < 20; i++) {
    const rank = (i * 3) % 8;
    flip(rankFile(root, rank), 'adam_m.lm_head.weight', i * 37, 1 << (i % 8));
    const { problems = [] } = await verify(root);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(': 1 of 192 elements differ');
    flip(rankFile(root, rank), 'adam_m.lm_head.weight', i * 37, 1 << (i % 8));
  }
});

test('checksums: of a .ckpt and of safetensors, sound and damaged', async () => {
  for (const name of ['all_dtypes_crc.ckpt', 'crc.safetensors']) {
    const path = join(FIXTURES, 'ckpt_formats', name);
    expect(await verify(path)).toMatchObject({ verified: true, problems: [] });
    const damaged = copyOf(`ckpt_formats/${name}`, name);
    const size = readFileSync(damaged).length;
    const fd = openSync(damaged, 'r+');
    writeSync(fd, Uint8Array.of(0x5a), 0, 1, size - 30);
    closeSync(fd);
    expect((await verify(damaged)).problems).toMatchObject([
      { code: 'CK_CRC', severity: 'error', file: damaged },
    ]);
  }
});

test('a file cut short is told, and what is left of it compared', async () => {
  const root = copyOf('dp2_mp4', 'short');
  truncateSync(rankFile(root, 5), 36_000);
  flip(rankFile(root, 4), 'lm_head.weight', 0);
  const { problems = [] } = await verify(root);
  expect(problems.map(({ code, rank }) => [code, rank])).toEqual([
    ['ST_TRUNCATED', 5],
    ['CP_CONFLICT', 4],
  ]);
});

test('a file that changes meanwhile is a finding', async () => {
  const root = copyOf('dp2_mp4', 'changed');
  const open = await openCheckpoint({ path: root }, { pool });
  flip(rankFile(root, 2), 'lm_head.weight', 0);
  const { signal } = new AbortController();
  const { problems = [] } = await runVerify(open, { pool, signal, onProgress: () => {} });
  expect(problems).toMatchObject([{ code: 'IO_SOURCE_CHANGED', file: rankFile(root, 2) }]);
});

test('it can be cancelled', async () => {
  const abort = new AbortController();
  abort.abort();
  const fault = await verify(join(FIXTURES, 'dp2_mp4'), abort.signal).then(() => undefined, asFault);
  expect(fault?.code).toBe('CANCELLED');
});
