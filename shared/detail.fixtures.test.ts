import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { TensorDetail } from './checkpoint.ts';
import { tensorDetail } from './detail.ts';
import { bitsOf } from './dtype.ts';
import type { Box } from './layout/box.ts';
import { strategyWords } from './layout/words.ts';
import { buildModel, type Model, type WeightFile } from './model.ts';
import { parseHeader, readHeaderLength } from './safetensors/header.ts';
import { combineStrategies } from './strategy/combine.ts';
import { readStrategyFile } from './strategy/read.ts';
import type { Strategy } from './strategy/strategy.ts';
import { tableNames, tablePage } from './table/table.ts';

/** Checkpoints that MindSpore 2.10.0 wrote. */
const FIXTURES = fileURLToPath(new URL('../test/fixtures/', import.meta.url));

function readWeights(path: string, rank?: number): WeightFile {
  const bytes = readFileSync(path);
  const length = readHeaderLength(bytes.subarray(0, 8), bytes.length);
  const header = parseHeader(bytes.subarray(8, 8 + length), bytes.length);
  return { path, size: bytes.length, identity: path, header, ...(rank !== undefined && { rank }) };
}

function openRanks(fixture: string): { model: Model; strategy: Strategy; folder: string } {
  const folder = join(FIXTURES, fixture, 'checkpoint');
  const ranks = readdirSync(folder).map((name) => Number(name.slice('rank_'.length)));
  const files = ranks
    .sort((a, b) => a - b)
    .map((rank) => {
      const names = readdirSync(join(folder, `rank_${rank}`)).filter((name) => name.endsWith('.safetensors'));
      return readWeights(join(folder, `rank_${rank}`, names[0] ?? ''), rank);
    });
  const strategies = join(FIXTURES, fixture, 'strategy');
  const named = readdirSync(strategies)
    .filter((name) => name.endsWith('.ckpt'))
    .map((name) => ({ name, file: readStrategyFile(readFileSync(join(strategies, name))) }));
  const strategy = combineStrategies(named);
  return { model: buildModel(files, { strategy, complete: false }), strategy, folder };
}

/** The bytes of a box of a row-major tensor, element by element along the last dimension's runs. */
function cutOut(whole: Uint8Array, shape: readonly number[], box: Box, elementSize: number): Buffer {
  const runs: Uint8Array[] = [];
  const walk = (dimension: number, index: number): void => {
    const from = box.start[dimension] ?? 0;
    const length = box.extent[dimension] ?? 1;
    const base = index * (shape[dimension] ?? 1) + from;
    if (dimension >= shape.length - 1) {
      runs.push(whole.subarray(base * elementSize, (base + length) * elementSize));
      return;
    }
    for (let i = 0; i < length; i++) walk(dimension + 1, base + i);
  };
  walk(0, 0);
  return Buffer.concat(runs);
}

const EMBEDDING = 'model.tok_embeddings.embedding_weight';
const W2 = 'model.layers.1.feed_forward.w2.weight';
const NORM = 'model.layers.0.attention_norm.weight';

const WORDS: Record<string, { strategy: string; cuts: Record<string, [cut: string, copies: string]> }> = {
  dp2_mp4: {
    strategy: 'dp 2 × mp 4',
    cuts: {
      [EMBEDDING]: ['rows cut in 4 along mp', 'each slice on 2 ranks'],
      [W2]: ['columns cut in 4 along mp', 'each slice on 2 ranks'],
      [NORM]: ['whole', 'on 8 ranks'],
    },
  },
  dp2_mp2_pp2: {
    strategy: 'dp 2 × mp 2, 2 stages',
    cuts: {
      [EMBEDDING]: ['rows cut in 2 along mp', 'each slice on 2 ranks'],
      [NORM]: ['whole', 'on 4 ranks'],
    },
  },
  dp2_mp2_pp2_dedup: {
    strategy: 'dp 2 × mp 2, 2 stages',
    cuts: { [W2]: ['columns cut in 2 along mp', 'each slice on one rank'] },
  },
  dp2_mp4_two_axes: {
    strategy: 'dp 2 × mp 4',
    cuts: { [EMBEDDING]: ['rows cut in 8 along dp and mp', 'each slice on one rank'] },
  },
  dp4_mp2_opt2: {
    strategy: 'dp 4 × mp 2, optimizer sharding 2',
    cuts: {
      [EMBEDDING]: [
        'rows cut in 2 along mp, each cut again in 2 along dp by optimizer sharding',
        'each slice on 2 ranks',
      ],
      [W2]: [
        'columns cut in 2 along mp, the rows of each in 2 along dp by optimizer sharding',
        'each slice on 2 ranks',
      ],
      [NORM]: ['elements cut in 2 along mp by optimizer sharding', 'each slice on 4 ranks'],
    },
  },
  dp4_mp2_opt_all: {
    strategy: 'dp 4 × mp 2, optimizer sharding',
    cuts: { [NORM]: ['elements cut in 8 along dp and mp by optimizer sharding', 'each slice on one rank'] },
  },
};

describe.each(Object.entries(WORDS))('%s', (fixture, { strategy: words, cuts }) => {
  const { model, strategy, folder } = openRanks(fixture);

  test('is described in words', () => {
    expect(strategyWords(strategy)).toBe(words);
    for (const [name, expected] of Object.entries(cuts)) {
      const { cut, copies } = tensorDetail(model, name);
      expect({ name, cut, copies }).toEqual({ name, cut: expected[0], copies: expected[1] });
    }
  });

  test('every place has the bytes of its box', () => {
    const complete = join(FIXTURES, fixture, 'complete', 'part0.safetensors');
    const whole = readFileSync(complete);
    const { header } = readWeights(complete);
    const files = new Map<string, Uint8Array>();
    let places = 0;
    for (const { name, dtype, shape, offset, byteLength } of header.tensors) {
      const detail: TensorDetail = tensorDetail(model, name);
      expect({ name, shape: detail.shape, bytes: detail.byteLength }).toEqual({
        name,
        shape,
        bytes: byteLength,
      });
      for (const { box, places: held } of detail.slices) {
        if (!box) throw new Error(`${name} has a slice without a box`);
        const expected = cutOut(
          whole.subarray(offset, offset + byteLength),
          shape.map(Number),
          box,
          bitsOf(dtype) / 8,
        );
        for (const place of held) {
          const bytes = files.get(place.file) ?? readFileSync(join(folder, place.file));
          files.set(place.file, bytes);
          expect(expected.equals(bytes.subarray(place.offset, place.offset + place.byteLength))).toBe(true);
          places++;
        }
      }
    }
    expect(places).toBeGreaterThanOrEqual(header.tensors.length);
  });
});

test('the table of a real checkpoint', () => {
  const { model } = openRanks('dp2_mp4');
  const request = { filter: 'dtype:bf16,f32 !norm w2', view: 'tree', toggled: [] } as const;
  const page = tablePage(model, { ...request, toggled: [] }, 0, 3);
  expect(page).toMatchObject({ matching: 12, tensorCount: 122, totalRows: 14, filterErrors: [] });
  expect(page.rows.map((row) => row.label)).toEqual([
    'model.layers.0.feed_forward.w2.weight',
    'model.layers.1.feed_forward.w2.weight',
    'model.layers.2.feed_forward.w2.weight',
  ]);
  expect(tableNames(model, { ...request, toggled: [] }, 4, 4)).toEqual([]);
  expect(tableNames(model, { ...request, toggled: ['adam_m'] }, 4, 4)).toHaveLength(4);
  const roles = ['weight', 'optimizer', 'hyper'].map(
    (role) => tablePage(model, { filter: `role:${role}`, view: 'flat', toggled: [] }, 0, 1).matching,
  );
  expect(roles).toEqual([39, 78, 5]);
});
