import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { quote } from './command-line.ts';
import { commonFolder, type ShareForm, shareScript } from './share-scripts.ts';

function script(form: ShareForm, command = 'shardscope merge /data/a --out /data/b'): string {
  return shareScript({ form, command, count: 3, job: 'merge', paths: ['/data/a', '/data/b'] });
}

test('a command for each share', () => {
  expect(script('commands').split('\n')).toEqual([
    'shardscope merge /data/a --out /data/b --split 1/3',
    'shardscope merge /data/a --out /data/b --split 2/3',
    'shardscope merge /data/a --out /data/b --split 3/3',
  ]);
});

test('a Slurm array job', () => {
  expect(script('slurm')).toBe(
    '#!/bin/bash\n' +
      '#SBATCH --job-name=merge --array=1-3 --requeue\n' +
      'shardscope merge /data/a --out /data/b --split "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"',
  );
});

test.each([
  'plain',
  'with: colon # and "quotes"',
  '- dash',
  'two\nlines',
  '重み\u2028x',
  '\u0085',
  'a$(HOME)b',
])('a Kubernetes Job, whose YAML keeps a path with %j', (name) => {
  const path = quote(`/data/${name}`);
  const { spec } = parse(script('kubernetes', `shardscope merge ${path} --out /data/b`));
  expect(spec).toMatchObject({ completionMode: 'Indexed', completions: 3, parallelism: 3 });
  const [{ args, volumeMounts }] = spec.template.spec.containers;
  // What Kubernetes makes of it: $(NAME) would be a variable, $$( is $(.
  expect(args[0]).not.toMatch(/(?<!\$)\$\([A-Za-z_]\w*\)/);
  expect(args[0].replaceAll('$$(', '$(')).toBe(
    `shardscope merge ${path} --out /data/b --split "$((JOB_COMPLETION_INDEX + 1))/3"`,
  );
  expect(volumeMounts).toEqual([{ name: 'data', mountPath: '/data' }]);
});

test.each([
  [['/data/a', '/data/b'], '/data'],
  [['/data/a/b/c', '/data/a/x', '/data/a/b/d'], '/data/a'],
  [['/one', '/two'], '/'],
  [['/a/b/c', '/x/b/c'], '/'],
])('%j lie in %s', (paths, folder) => {
  expect(commonFolder(paths)).toBe(folder);
});
