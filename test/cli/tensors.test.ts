import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';
import { readSafetensors } from './safetensors-file.ts';

interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  byteLength: number;
  file: string;
  rank?: number;
}

const scratch = scratchFolder();
let ranks = '';
beforeAll(() => {
  ranks = copyFixture('dp2_mp4', scratch.path);
});
afterAll(scratch.remove);

async function entries(...args: string[]): Promise<Entry[]> {
  const { code, stdout, stderr } = await runCli(['tensors', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('tensors --json', () => {
  test('a rank: what its file holds, as stored, in natural order', async () => {
    const listed = await entries(ranks, '--rank', '5');
    const file = 'checkpoint/rank_5/llama_tiny_rank_5-1_10.safetensors';
    const stored = readSafetensors(join(ranks, file));
    expect(listed).toHaveLength(stored.size);
    for (const entry of listed) {
      const { dtype, shape } = stored.get(entry.name) ?? {};
      expect(entry).toMatchObject({ dtype, shape, file, rank: 5 });
    }
    const layers = listed.flatMap(({ name }) => /^model\.layers\.(\d+)\./.exec(name)?.[1] ?? []).map(Number);
    expect(layers).toEqual([...layers].sort((a, b) => a - b));
  });

  test('without --rank: every stored tensor with its rank', async () => {
    const listed = await entries(ranks);
    const files = readdirSync(join(ranks, 'checkpoint')).length;
    expect(files).toBe(8);
    expect(listed.filter((entry) => entry.name === 'lm_head.weight').map((entry) => entry.rank)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(listed).toHaveLength(8 * 122);
  });

  test('complete weights have no ranks, and --filter chooses', async () => {
    const listed = await entries(join(ranks, 'complete'), '--filter', 'model.layers.1. wq !adam');
    expect(listed).toEqual([
      {
        name: 'model.layers.1.attention.wq.weight',
        dtype: 'BF16',
        shape: [16, 16],
        byteLength: 512,
        file: 'part0.safetensors',
      },
    ]);
  });

  test('a shape as the list says it, with ×, chooses', async () => {
    const listed = await entries(join(ranks, 'complete'), '--filter', 'shape:16×16 wq !adam');
    expect(listed.map((entry) => entry.name)).toEqual(
      [0, 1, 2, 3].map((layer) => `model.layers.${layer}.attention.wq.weight`),
    );
  });

  test('nothing fits: an empty list', async () => {
    expect(await entries(ranks, '--filter', 'no-such-name')).toEqual([]);
  });
});

test('--csv has a heading and one line a tensor', async () => {
  const { stdout } = await runCli(['tensors', join(ranks, 'complete'), '--csv']);
  const [heading, ...lines] = stdout.trimEnd().split('\n');
  expect(heading).toBe('name,dtype,shape,bytes,file,rank');
  expect(lines).toHaveLength(122);
  expect(lines).toContain('model.layers.0.attention.wq.weight,BF16,16x16,512,part0.safetensors,');
});

test('a rank that is not there: exit code 2, and the ranks there are', async () => {
  const { code, stderr } = await runCli(['tensors', ranks, '--rank', '9']);
  expect(code).toBe(2);
  expect(stderr).toContain('has no rank 9');
  expect(stderr).toContain('0–7');
});

test('a filter that does not parse: exit code 2', async () => {
  const { code, stderr } = await runCli(['tensors', ranks, '--filter', '/(/']);
  expect(code).toBe(2);
  expect(stderr).toContain('(USAGE)');
});

test('a reader that stops early is no error', async () => {
  const { code, stderr } = await runCli(['tensors', ranks], { started: (child) => child.stdout.destroy() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
