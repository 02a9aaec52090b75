import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planRankFolders, type RankFoldersRequest } from '../../../shared/plan/rank-folders.ts';
import { combineStrategies } from '../../../shared/strategy/combine.ts';
import { readStrategyFile } from '../../../shared/strategy/read.ts';
import { tensorsIn } from '../../../test/cli/expected.ts';
import { metadataIn } from '../../../test/cli/safetensors-file.ts';
import { executePlan } from '../execute.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { pool, folder } = poolAndFolder();

function strategyOf(family: string) {
  const name = join(FIXTURES, family, 'merged_ckpt_strategy.ckpt');
  return combineStrategies([{ name, file: readStrategyFile(readFileSync(name)) }]);
}

async function write(
  source: string,
  name: string,
  request: Omit<RankFoldersRequest, 'fileName'> & { file?: (rank: number) => string },
) {
  const open = await openCheckpoint({ path: source }, { pool });
  const plan = planRankFolders(open.model, {
    ...request,
    fileName: (rank) => `rank_${rank}/${request.file?.(rank) ?? 'net.safetensors'}`,
  });
  const out = join(folder, name);
  await executePlan(plan, {
    out,
    pool,
    fsync: false,
    verify: true,
    overwrite: false,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  return { out, plan };
}

const FAMILIES = ['dp2_mp4', 'dp2_mp4_two_axes', 'dp2_mp2_pp2', 'dp4_mp2_opt2', 'dp4_mp2_opt_all'];

test.each(FAMILIES)('slicing complete weights for %s gives MindSpore’s slices', async (family) => {
  const { slices } = JSON.parse(readFileSync(join(FIXTURES, family, 'expected.json'), 'utf8'));
  const { out } = await write(join(FIXTURES, family, 'complete'), `slice-${family}`, {
    job: 'slice',
    target: strategyOf(family),
    removeRedundancy: false,
    hyper: 'lowest',
  });
  for (const [rank, expected] of Object.entries(slices)) {
    expect(tensorsIn(join(out, `rank_${rank}/net.safetensors`))).toEqual(expected);
  }
});

const RESHARDS = readdirSync(FIXTURES).filter((name) => name.startsWith('reshard_'));

test.each(RESHARDS)('%s', async (name) => {
  const [, from = '', to = ''] = /^reshard_(.*)__to__(.*)\.json$/.exec(name) ?? [];
  const expected = JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));
  const { out } = await write(join(FIXTURES, from, 'checkpoint'), name, {
    job: 'reshard',
    target: strategyOf(to),
    removeRedundancy: false,
    hyper: 'lowest',
  });
  for (const [rank, tensors] of Object.entries(expected.ranks)) {
    expect(tensorsIn(join(out, `rank_${rank}/net.safetensors`))).toEqual(tensors);
  }
});

const slicesOf = (family: string) =>
  JSON.parse(readFileSync(join(FIXTURES, family, 'expected.json'), 'utf8')).slices;
const fileOf = (rank: number) => `llama_tiny_rank_${rank}-1_10.safetensors`;

test.each(['dp2_mp2_pp2', 'dp4_mp2_opt2'])(
  'removing redundancy of %s keeps what MindSpore keeps',
  async (family) => {
    const { out } = await write(join(FIXTURES, family, 'checkpoint'), `dedupe-${family}`, {
      job: 'dedupe',
      target: strategyOf(family),
      removeRedundancy: true,
      hyper: 'own',
      file: fileOf,
    });
    for (let rank = 0; rank < 8; rank++) {
      // The deduplicated fixture holds other weights, saved by MindSpore under the same strategy.
      const saved = join(FIXTURES, `${family}_dedup/checkpoint/rank_${rank}`, fileOf(rank));
      const ours = join(out, `rank_${rank}`, fileOf(rank));
      expect(Object.keys(tensorsIn(ours)).sort()).toEqual(Object.keys(tensorsIn(saved)).sort());
      expect(slicesOf(family)[rank]).toMatchObject(tensorsIn(ours));
      expect(metadataIn(ours)).toEqual(metadataIn(saved));
    }
  },
);

test.each(['dp2_mp2_pp2', 'dp4_mp2_opt2'])(
  'restoring redundancy of %s_dedup gives every rank its slices',
  async (family) => {
    const { out } = await write(join(FIXTURES, `${family}_dedup/checkpoint`), `restore-${family}`, {
      job: 'restore',
      target: strategyOf(family),
      removeRedundancy: false,
      hyper: 'own',
      file: fileOf,
    });
    const slices = slicesOf(`${family}_dedup`);
    for (let rank = 0; rank < 8; rank++) {
      expect(tensorsIn(join(out, `rank_${rank}`, fileOf(rank)))).toEqual(slices[rank]);
    }
  },
);
