import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byteCount, type Expected, fixture } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
let whole = '';
beforeAll(() => {
  whole = copyFixture('dp2_mp4', scratch.path);
});
afterAll(scratch.remove);

test.each(['dp2_mp4', 'dp2_mp2_pp2', 'dp4_mp2_opt2', 'dp2_mp2_pp2_dedup'])(
  '%s: bytes held are those in the files, bytes needed those of the complete weights',
  async (name) => {
    const folder = name === 'dp2_mp4' ? whole : copyFixture(name, scratch.path);
    const { code, stdout } = await runCli(['redundancy', folder, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    const { tensors, hyper, slices } = fixture<{
      tensors: Expected;
      hyper: Expected;
      slices: Record<string, Expected>;
    }>(`${name}/expected.json`);
    const removed = name.endsWith('_dedup');
    // The fixture's slices are those before redundancy was removed.
    const stored =
      Object.values(slices).reduce((sum, rank) => sum + byteCount(rank), 0) - 8 * byteCount(hyper);
    expect(report).toMatchObject({
      heldBytes: removed ? byteCount(tensors) : stored,
      neededBytes: byteCount(tensors),
      outside: { tensors: 5, heldBytes: 8 * byteCount(hyper) },
    });
    expect(report.savedBytes).toBe(report.heldBytes - report.neededBytes);
    for (const part of ['groups', 'parameters'])
      expect(report[part].reduce((sum: number, one: { heldBytes: number }) => sum + one.heldBytes, 0)).toBe(
        report.heldBytes,
      );
    expect(report.parameters).toHaveLength(117);
  },
);

test('in words: totals, groups of ranks, the parameters that hold most copies', async () => {
  const { code, stdout } = await runCli(['redundancy', whole]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^The ranks hold .* of 117 parameters; .* are needed, removing redundancy saves /);
  expect(stdout).toMatch(/^1 and 5 +0 +\d+ /m);
  expect(stdout).toContain('97 more parameters; --json lists all.');
});

test('--verify: equal copies, exit code 0', async () => {
  const { code, stdout } = await runCli(['redundancy', whole, '--verify']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Compared the replicas of 117 tensors, .*: all are equal\.$/m);
});

test('--verify tells ranks, tensor, first element, count and the largest difference of what differs', async () => {
  const damaged = copyFixture('dp2_mp4', join(scratch.path, 'damaged'));
  const file = join(damaged, 'checkpoint', 'rank_5', 'llama_tiny_rank_5-1_10.safetensors');
  // Rank 5 holds the second quarter of lm_head's 48 rows of 16: rows 12 to 23, as rank 1 does.
  const tensor = 'adam_m.lm_head.weight';
  const changed = rewrite(file, tensor, [
    [17, (value) => value + 0.25],
    [190, (value) => value - 2],
  ]);
  const differences = [
    {
      tensor,
      dtype: 'F32',
      ranks: [1, 5],
      otherRanks: [],
      file,
      element: [13, 1],
      count: 2,
      elements: 192,
      maxAbsDifference: Math.max(...changed),
    },
  ];
  const { code, stdout } = await runCli(['redundancy', damaged, '--verify', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ verified: false, differences });
  const words = await runCli(['redundancy', damaged, '--verify']);
  expect(words.code).toBe(1);
  expect(words.stdout).toMatch(
    /error: '.*' is not the same on rank 1 and rank 5.*: 2 of 192 elements differ by at most 2, first \[13, 1\]/,
  );
  expect(words.stdout).toContain('not all are equal');
});

/** Changes F32 elements of a tensor in a file; gives the absolute differences as F32 rounds them. */
function rewrite(path: string, tensor: string, changes: [number, (value: number) => number][]): number[] {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin] = JSON.parse(bytes.toString('utf8', 8, start))[tensor].data_offsets;
  const fd = openSync(path, 'r+');
  const differences = changes.map(([element, change]) => {
    const at = start + begin + 4 * element;
    const before = bytes.readFloatLE(at);
    const after = Buffer.alloc(4);
    after.writeFloatLE(change(before));
    writeSync(fd, after, 0, 4, at);
    return Math.abs(after.readFloatLE() - before);
  });
  closeSync(fd);
  return differences;
}

test('weights that are not of ranks, and ranks without a strategy: exit code 3', async () => {
  const complete = await runCli(['redundancy', join(whole, 'complete')]);
  expect(complete.code).toBe(3);
  expect(complete.stderr).toMatch(/\(CP_NOT_DISTRIBUTED\)/);
  const alone = copyFixture('dp2_mp4/checkpoint', join(scratch.path, 'alone'));
  const unknown = await runCli(['redundancy', alone, '--json']);
  expect(unknown.code).toBe(3);
  expect(JSON.parse(unknown.stdout).error.code).toBe('SG_NOT_FOUND');
});
