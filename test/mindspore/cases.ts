import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Dtype } from '../../shared/dtype.ts';
import { writeComplete, writeRanks, writeStrategy } from '../random/files.ts';
import { SEED } from '../random/jobs.ts';
import { ANY_MODEL, type ModelRules, randomModel } from '../random/model.ts';

/** A checkpoint in all its forms, and the strategy to cut it for anew. */
export interface Case {
  readonly name: string;
  readonly complete: string;
  /** The folder with `rank_{r}`. */
  readonly ranks: string;
  readonly rankCount: number;
  /** Saved without redundancy. */
  readonly deduplicated: boolean;
  /** One file a rank, and merged over stages by MindSpore (fixtures) or by us (random layouts). */
  readonly strategies: string;
  readonly merged: string;
  readonly target: { readonly name: string; readonly merged: string; readonly rankCount: number };
}

const FIXTURES = join(import.meta.dirname, '../fixtures');

export function fixtureCases(): Case[] {
  const names = readdirSync(FIXTURES).filter((name) => /^dp\d/.test(name));
  const merged = (name: string) => join(FIXTURES, name, 'merged_ckpt_strategy.ckpt');
  return names.map((name, i) => {
    const target = names[(i + 1) % names.length] ?? name;
    return {
      name,
      complete: join(FIXTURES, name, 'complete'),
      ranks: join(FIXTURES, name, 'checkpoint'),
      rankCount: 8,
      deduplicated: name.endsWith('_dedup'),
      strategies: join(FIXTURES, name, 'strategy'),
      merged: merged(name),
      target: { name: target, merged: merged(target), rankCount: 8 },
    };
  });
}

const MINDSPORE_DTYPES: readonly Dtype[] = [
  ...(['BOOL', 'U8', 'I8', 'I16', 'U16', 'F16', 'BF16'] as const),
  ...(['I32', 'U32', 'F32', 'F64', 'I64', 'U64'] as const),
];

/** What MindSpore's own functions can take: no `-` in names, no scalar parameter, no empty tensor, none tied. */
const MINDSPORE_MODEL: ModelRules = {
  ...ANY_MODEL,
  strategies: 2,
  dtypes: MINDSPORE_DTYPES,
  names: ANY_MODEL.names.filter((name) => !name.includes('-')),
  minDimensions: 1,
  devices: [2, 4, 4, 8, 8],
  empty: false,
  tied: false,
  odd: false,
};

/** Random layouts with random weights, written into `folder` with nothing of MindSpore. */
export function randomCases(folder: string, count: number): Case[] {
  return fc.sample(randomModel(MINDSPORE_MODEL), { numRuns: count, seed: SEED }).flatMap((model, i) => {
    const [a, b] = model.strategies;
    if (!a || !b) return [];
    const at = join(folder, `layout-${i}`);
    writeComplete(join(at, 'complete'), model);
    writeRanks(join(at, 'ranks'), model, a);
    return [
      {
        name: `random layout ${i}`,
        complete: join(at, 'complete'),
        ranks: join(at, 'ranks'),
        rankCount: a.stages.length * a.devicesPerStage,
        deduplicated: false,
        strategies: writeStrategy(join(at, 'strategy'), a, 'ranks'),
        merged: writeStrategy(join(at, 'merged'), a, 'merged'),
        target: {
          name: 'its other layout',
          merged: writeStrategy(join(at, 'target'), b, 'merged'),
          rankCount: b.stages.length * b.devicesPerStage,
        },
      },
    ];
  });
}
