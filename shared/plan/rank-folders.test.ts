import { expect, test } from 'vitest';
import { buildModel } from '../model.ts';
import { readSafetensorsHeader } from '../safetensors/open-header.ts';
import { layoutOf, type Stored, weightFile } from '../table/sample-model.ts';
import type { Plan } from './plan.ts';
import { planRankFolders } from './rank-folders.ts';

/** A rank for each of two stages, whose files mark their own packed tensors, as MindSpore does. */
const strategy = {
  stages: ['a', 'b'].map((name) => new Map([[name, layoutOf([1], [-1])]])),
  devicesPerStage: 1,
};
const file = (rank: number, name: string, metadata: Record<string, string>) => {
  const stored: Stored[] = [[name, 'I8', [4]]];
  const { header, ...rest } = weightFile(`/rank_${rank}/net.safetensors`, stored, rank);
  return { ...rest, header: { ...header, metadata: new Map(Object.entries(metadata)) } };
};
const model = buildModel(
  [
    file(0, 'a', { format: 'ms', note: 'kept', crc_num: '1', remove_redundancy: 'True', a: 'Int4' }),
    file(1, 'b', { format: 'ms', crc_num: '2', b: 'Int4' }),
  ],
  { strategy, complete: false },
);

function metadataOf(request: Pick<Parameters<typeof planRankFolders>[1], 'job' | 'removeRedundancy'>) {
  const { outputs }: Plan = planRankFolders(model, {
    ...{ ...request, target: strategy, hyper: 'own', fileName: (rank) => `rank_${rank}/net.safetensors` },
  });
  return outputs.map(({ literals, size }) => {
    const bytes = literals[0]?.bytes ?? new Uint8Array();
    return Object.fromEntries(
      readSafetensorsHeader((at, length) => bytes.subarray(at, at + length), size).metadata,
    );
  });
}

test('files have the marks of their own tensors, and nothing that was true of a source file only', () => {
  expect(metadataOf({ job: 'reshard', removeRedundancy: false })).toEqual([
    { format: 'ms', note: 'kept', a: 'Int4' },
    { format: 'ms', note: 'kept', b: 'Int4' },
  ]);
});

test('whether redundancy was removed is said where it was removed or put back', () => {
  const said = (job: 'reshard' | 'dedupe' | 'restore', removeRedundancy: boolean) =>
    metadataOf({ job, removeRedundancy }).map((metadata) => metadata.remove_redundancy);
  expect(said('dedupe', true)).toEqual(['True', 'True']);
  expect(said('reshard', true)).toEqual(['True', 'True']);
  expect(said('restore', false)).toEqual(['False', 'False']);
});
