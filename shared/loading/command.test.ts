import { expect, test } from 'vitest';
import { configCommand } from './command.ts';

test('the command says what was opened and what is asked, quoted for a shell', () => {
  expect(configCommand({ path: '/data/a b' }, { scenario: 'resume' })).toBe(
    "shardscope config '/data/a b' --scenario resume",
  );
  expect(
    configCommand(
      { path: '/data/run', strategy: '/data/s', fileSuffix: '1_20' },
      {
        scenario: 'no-shared-disk',
        dataParallel: 2,
        modelParallel: 4,
        pipelineStages: 2,
        contextParallel: 3,
        expertParallel: 5,
        dstStrategy: { path: '/data/d.ckpt', parallel: undefined },
        machines: 2,
        out: '/data/out',
      },
    ),
  ).toBe(
    'shardscope config /data/run --scenario no-shared-disk --strategy /data/s --file-suffix 1_20 --data-parallel 2 --model-parallel 4 --pipeline-stages 2 --context-parallel 3 --expert-parallel 5 --dst-strategy /data/d.ckpt --machines 2 --out /data/out',
  );
});
