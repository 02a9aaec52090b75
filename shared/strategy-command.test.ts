import { expect, test } from 'vitest';
import { authorCommand, saveCommand } from './strategy-command.ts';
import { strategyAuthorOptions, strategySaveOptions } from './strategy-options.ts';

test('a folder is merged, a file converted', () => {
  const options = strategySaveOptions.parse({ path: '/data/strategy', overwrite: true });
  expect(saveCommand(options, '/data/my strategy.json', true)).toBe(
    "shardscope strategy merge /data/strategy '/data/my strategy.json' --overwrite",
  );
  expect(saveCommand({ ...options, overwrite: false }, '/data/x.json', false)).toBe(
    'shardscope strategy convert /data/strategy /data/x.json',
  );
});

test('a parallel layout is said with what differs from the defaults', () => {
  const layout = { path: '/data/complete', dataParallel: 2, modelParallel: 4 };
  expect(authorCommand(strategyAuthorOptions.parse(layout), '/data/s.ckpt')).toBe(
    'shardscope strategy write --model /data/complete --data-parallel 2 --model-parallel 4 --out /data/s.ckpt',
  );
  const all = strategyAuthorOptions.parse({
    ...layout,
    pipelineStages: 2,
    layersPerStage: [1, 3],
    optimizerShard: -1,
    vocabEmbDp: true,
  });
  expect(authorCommand(all, '/data/s.ckpt')).toContain(
    '--pipeline-stages 2 --layers-per-stage 1 3 --optimizer-shard --vocab-emb-dp --out',
  );
});
