import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
let stages = '';
let sharded = '';
beforeAll(() => {
  stages = copyFixture('dp2_mp2_pp2', scratch.path);
  sharded = copyFixture('dp4_mp2_opt2', scratch.path);
});
afterAll(scratch.remove);

describe('strategy show', () => {
  test('--json lists each parameter with its layout', async () => {
    const { code, stdout } = await runCli(['strategy', 'show', join(stages, 'strategy'), '--json']);
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document).toMatchObject({ stages: 2, devicesPerStage: 4, words: 'dp 2 × mp 2, 2 stages' });
    expect(document.parameters).toHaveLength(117);
    const wo = document.parameters.find(
      (one: { name: string }) => one.name === 'model.layers.0.attention.wo.weight',
    );
    expect(wo).toMatchObject({
      stage: 0,
      deviceMatrix: [2, 2],
      tensorMap: [[-1], [0]],
      parts: [1, 2],
      copies: 2,
      words: 'columns cut in 2 along mp',
    });
  });

  test('--param shows which part each rank holds, optimizer sharding included', async () => {
    const name = 'model.layers.0.attention.wq.weight';
    const { stdout } = await runCli([
      'strategy',
      'show',
      join(sharded, 'strategy'),
      '--param',
      name,
      '--json',
    ]);
    const [parameter] = JSON.parse(stdout).parameters;
    expect(parameter.ranks.map((one: { part: number[] }) => one.part[0])).toEqual([0, 2, 1, 3, 0, 2, 1, 3]);
    const words = await runCli(['strategy', 'show', join(sharded, 'strategy'), '--param', name]);
    expect(words.stdout).toMatch(/ranks 1, 5 +dimension 0 part 3 of 4/);
  });

  test('the merged file and the JSON form say the same as the folder', async () => {
    const all = await Promise.all(
      ['strategy', 'strategy_json', 'merged_ckpt_strategy.ckpt', 'merged_strategy.json'].map((name) =>
        runCli(['strategy', 'show', join(stages, name), '--json']),
      ),
    );
    const parameters = all.map(({ stdout }) => JSON.parse(stdout).parameters);
    for (const other of parameters) expect(other).toEqual(parameters[0]);
  });

  test('a parameter that is not there: exit code 3, the name in the message', async () => {
    const { code, stderr } = await runCli(['strategy', 'show', join(stages, 'strategy'), '--param', 'wq']);
    expect(code).toBe(3);
    expect(stderr).toContain("no parameter 'wq'");
  });
});

describe('strategy merge', () => {
  test('writes the bytes that MindSpore writes', async () => {
    const out = join(scratch.path, 'new', 'merged.ckpt');
    const { code, stdout } = await runCli(['strategy', 'merge', join(stages, 'strategy'), out, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out, files: 8, parameters: 117 });
    expect(readFileSync(out)).toEqual(readFileSync(join(stages, 'merged_ckpt_strategy.ckpt')));
  });

  test('an existing file is refused, and replaced with --overwrite', async () => {
    const out = join(scratch.path, 'taken.ckpt');
    writeFileSync(out, 'mine');
    const refused = await runCli(['strategy', 'merge', join(stages, 'strategy'), out]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('(OUT_EXISTS)');
    expect(readFileSync(out, 'utf8')).toBe('mine');
    const replaced = await runCli(['strategy', 'merge', join(stages, 'strategy'), out, '--overwrite']);
    expect(replaced.code).toBe(0);
    expect(readFileSync(out)).toEqual(readFileSync(join(stages, 'merged_ckpt_strategy.ckpt')));
  });

  test('--dry-run writes nothing', async () => {
    const out = join(scratch.path, 'dry.ckpt');
    const { code, stdout } = await runCli(['strategy', 'merge', join(stages, 'strategy'), out, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('Would merge 8 strategy files');
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});
