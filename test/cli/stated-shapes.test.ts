import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeStatedShapes } from '../stated-shapes.ts';
import { type Expected, fixture, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
let source = '';
let strategy = '';
beforeAll(() => {
  source = copyFixture('dp2_mp2_pp2', scratch.path);
  strategy = join(scratch.path, 'inference.json');
  writeStatedShapes(source, strategy);
});
afterAll(scratch.remove);

test('strategy show says which rows a rank holds where the strategy says the shape', async () => {
  const show = ['strategy', 'show', strategy, '--param', 'lm_head.weight'];
  const { stdout } = await runCli([...show, '--json']);
  expect(JSON.parse(stdout).parameters).toMatchObject([{ stage: 1, shape: [48, 16], parts: [2, 1] }]);
  const words = await runCli(show);
  expect(words.stdout).toMatch(/ranks 4, 6 +rows 0–23 and all 16 columns\n/);
  expect(words.stdout).toMatch(/ranks 5, 7 +rows 24–47 and all 16 columns\n/);
});

test('weights merge with such a strategy as with any other', async () => {
  const out = join(scratch.path, 'merged');
  const job = ['merge', join(source, 'checkpoint'), '--strategy', strategy, '--out', out, '--quiet'];
  expect(await runCli(job)).toMatchObject({ code: 0 });
  const { tensors } = fixture<{ tensors: Expected }>('dp2_mp2_pp2/expected.json');
  expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(tensors);
});
