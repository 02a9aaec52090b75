import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';

/** What NumPy says of two tensors of the fixture (`test/golden/values.py`). */
const GOLDEN: Record<
  string,
  {
    dtype: string;
    shape: number[];
    values: number[];
    stats: { mean: number; std: number; quantiles: number[] };
  }
> = JSON.parse(readFileSync(join(TEST_DATA, 'golden/dp2_mp4.json'), 'utf8'));

const WO = 'model.layers.0.attention.wo.weight';
const scratch = scratchFolder();
let ranks = '';
beforeAll(() => {
  ranks = join(copyFixture('dp2_mp4', scratch.path), 'checkpoint');
});
afterAll(scratch.remove);

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runCli([...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('values', () => {
  const golden = GOLDEN[WO];

  test('--json: dtype, shape and exact values, put together from eight ranks', async () => {
    const { dtype, shape, values } = await json('values', ranks, WO);
    expect({ dtype, shape, values }).toEqual({
      dtype: golden?.dtype,
      shape: golden?.shape,
      values: golden?.values,
    });
  });

  test('--slice, as NumPy reads it', async () => {
    const { shape, values } = await json('values', ranks, WO, '--slice', '-1,3:10');
    expect(shape).toEqual([7]);
    expect(values).toEqual(golden?.values.slice(15 * 16 + 3, 15 * 16 + 10));
  });

  test('--rank: the columns that the rank holds', async () => {
    const { shape, values } = await json('values', ranks, WO, '--rank', '2', '--slice', '0');
    expect(shape).toEqual([4]);
    expect(values).toEqual(golden?.values.slice(8, 12));
  });

  test('in words: a line a row, with as many digits as the dtype has', async () => {
    const { stdout, stderr } = await runCli(['values', ranks, WO, '--slice', '0:2, 3:5']);
    expect(stderr).toBe('BF16, 2 × 2\n');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    expect(rows).toEqual([
      [0.01135, -0.029],
      [0.0157, -0.0000192],
    ]);
  });

  test('--out writes a NumPy file, and no second time without --overwrite', async () => {
    const out = join(scratch.path, 'wo.npy');
    const saved = await json('values', ranks, WO, '--out', out);
    expect(saved).toEqual({ path: out, bytes: 128 + 1024, shape: [16, 16], dtype: 'float32' });
    const data = new Float32Array(new Uint8Array(readFileSync(out).subarray(128)).buffer);
    expect([...data]).toEqual(golden?.values);
    const again = await runCli(['values', ranks, WO, '--out', out]);
    expect(again.code).toBe(4);
    expect(again.stderr).toContain('OUT_EXISTS');
    expect(statSync(out).size).toBe(128 + 1024);
  });

  test.each([
    [['values', '', 'model.layers.0.attention.w.weight'], 3, 'The nearest name is'],
    [['values', '', WO, '--slice', '0,0,0'], 2, 'names 3 axes, the tensor has 2'],
    [['values', '', WO, '--slice', '16'], 2, 'index 16 of axis 0, which has 16'],
    [['values', '', WO, '--rank', '9'], 2, 'Rank 9 does not hold'],
    [['values', '', WO, '--out', 'x.txt'], 2, 'neither a .npy nor a .csv file'],
  ])('%j is refused with the way out', async ([command = '', , ...rest], code, words) => {
    const found = await runCli([command, ranks, ...rest]);
    expect(found.code).toBe(code);
    expect(found.stdout).toBe('');
    expect(found.stderr).toContain(words);
  });
});

describe('stats', () => {
  test('--json: as NumPy’s, of the named tensors', async () => {
    const found = await json('stats', ranks, ...Object.keys(GOLDEN));
    expect(found.map(({ name }: { name: string }) => name)).toEqual(Object.keys(GOLDEN));
    for (const { name, mean, std, quantiles, ...rest } of found) {
      const {
        mean: wantedMean,
        std: wantedStd,
        quantiles: wantedQuantiles,
        ...exact
      } = GOLDEN[name]?.stats ?? {
        mean: 0,
        std: 0,
        quantiles: [],
      };
      expect(Math.abs(mean - wantedMean)).toBeLessThan(1e-14 * wantedStd);
      expect(Math.abs(std - wantedStd)).toBeLessThan(1e-14 * wantedStd);
      expect(quantiles.map(({ value }: { value: number }) => value)).toEqual(wantedQuantiles);
      const { log: _log, ...counts } = exact as Record<string, unknown>;
      expect(rest).toMatchObject(counts);
    }
  });

  test('in words: a table, and of a single tensor how its values are spread', async () => {
    const all = await runCli(['stats', ranks, '--filter', 'layers.0 wo']);
    const [heading, ...lines] = all.stdout.trimEnd().split('\n');
    expect(heading?.split(/\s+/)).toEqual([
      'tensor',
      'dtype',
      'shape',
      'min',
      'max',
      'mean',
      'std',
      'zeros',
      'NaN',
      'Inf',
    ]);
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual([`adam_m.${WO}`, `adam_v.${WO}`, WO]);
    expect(lines[2]).toContain('-9.9135e-5');
    const step = await runCli(['stats', ranks, 'global_step']);
    expect(step.stdout.trimEnd().split('\n'), 'one value is not spread').toHaveLength(2);
    const one = await runCli(['stats', ranks, WO]);
    expect(one.stdout).toContain('50 %');
    expect(one.stdout).toContain('█');
  });

  test('a filter that does not parse: exit code 2', async () => {
    const { code, stderr } = await runCli(['stats', ranks, '--filter', '/(/']);
    expect(code).toBe(2);
    expect(stderr).toContain('(USAGE)');
  });
});
