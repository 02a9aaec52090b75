import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { combineStrategies } from '../strategy/combine.ts';
import { readStrategyFile } from '../strategy/read.ts';
import { type Box, volume } from './box.ts';
import { boxOfRank, fullShapeOf } from './layout.ts';

const FIXTURES = 'test/fixtures';

interface Tensor {
  readonly dtype: string;
  readonly shape: number[];
  readonly bytes: Uint8Array;
}

/** A reader of its own, so that these tests lean on nothing but the fixtures. */
function readTensors(path: string): Map<string, Tensor> {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> =
    JSON.parse(file.subarray(8, 8 + length).toString());
  return new Map(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [begin, end],
          },
        ]) => [name, { dtype, shape, bytes: file.subarray(8 + length + begin, 8 + length + end) }],
      ),
  );
}

/** The bytes of a box, element by element: slow and plain. */
function cutOut({ shape, bytes }: Tensor, box: Box): Uint8Array {
  const width = bytes.length / volume(shape);
  const out = new Uint8Array(volume(box.extent) * width);
  for (let i = 0; i < volume(box.extent); i++) {
    let rest = i;
    let from = 0;
    let stride = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      const n = box.extent[d] ?? 1;
      from += ((box.start[d] ?? 0) + (rest % n)) * stride;
      stride *= shape[d] ?? 1;
      rest = Math.floor(rest / n);
    }
    out.set(bytes.subarray(from * width, (from + 1) * width), i * width);
  }
  return out;
}

const distributed = readdirSync(FIXTURES).filter((name) => /^dp\d/.test(name));

describe.each(distributed)('MindSpore %s', (name) => {
  const folder = join(FIXTURES, name);
  const strategy = combineStrategies([
    { name: 'merged', file: readStrategyFile(readFileSync(join(folder, 'merged_ckpt_strategy.ckpt'))) },
  ]);
  const complete = new Map(
    readdirSync(join(folder, 'complete'))
      .filter((file) => file.endsWith('.safetensors'))
      .flatMap((file) => [...readTensors(join(folder, 'complete', file))]),
  );
  const ranks = readdirSync(join(folder, 'checkpoint')).map((rank) => Number(rank.slice('rank_'.length)));

  test('each rank holds the box of its layout, byte for byte', () => {
    let compared = 0;
    for (const rank of ranks) {
      const inRank = join(folder, 'checkpoint', `rank_${rank}`);
      const file = readdirSync(inRank).find((entry) => entry.endsWith('.safetensors')) ?? '';
      const stage = strategy.stages[Math.floor(rank / strategy.devicesPerStage)];
      for (const [tensor, stored] of readTensors(join(inRank, file))) {
        const cut = stage?.get(tensor);
        if (cut === undefined) continue;
        const whole = complete.get(tensor);
        if (whole === undefined) throw new Error(`${tensor} is not in the complete weights`);
        const box = boxOfRank(tensor, cut, whole.shape, rank % strategy.devicesPerStage);
        expect(box.extent).toEqual(stored.shape);
        expect(fullShapeOf(cut, stored.shape)).toEqual(whole.shape);
        expect(Buffer.compare(cutOut(whole, box), stored.bytes), `${tensor} of rank ${rank}`).toBe(0);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('the shapes that MindSpore cuts the complete weights to', () => {
    const expected: { slices: Record<string, Record<string, { shape: number[] }>> } = JSON.parse(
      readFileSync(join(folder, 'expected.json'), 'utf8'),
    );
    let compared = 0;
    for (const [rank, slices] of Object.entries(expected.slices)) {
      const number = Number(rank.replace(/\D/g, ''));
      const stage = strategy.stages[Math.floor(number / strategy.devicesPerStage)];
      for (const [tensor, { shape }] of Object.entries(slices)) {
        const cut = stage?.get(tensor);
        const whole = complete.get(tensor);
        if (cut === undefined || whole === undefined) continue;
        expect(boxOfRank(tensor, cut, whole.shape, number % strategy.devicesPerStage).extent).toEqual(shape);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});
