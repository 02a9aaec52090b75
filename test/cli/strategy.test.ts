import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Expected, fixture, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';

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
    expect(words.stdout).toMatch(/ranks 1, 5 +part 3 of 4 of the rows and all columns/);
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
    expect(JSON.parse(stdout)).toMatchObject({ out, sourceFiles: 8, parameters: 117, outExists: false });
    expect(readFileSync(out)).toEqual(readFileSync(join(stages, 'merged_ckpt_strategy.ckpt')));
  });

  test('an existing file is refused, and replaced with --overwrite', async () => {
    const out = join(scratch.path, 'taken.ckpt');
    writeFileSync(out, 'mine');
    const refused = await runCli(['strategy', 'merge', join(stages, 'strategy'), out]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('(OUT_EXISTS)');
    expect(readFileSync(out, 'utf8')).toBe('mine');
    const dry = await runCli(['strategy', 'merge', join(stages, 'strategy'), out, '--dry-run']);
    expect(dry.stderr).toMatch(/exists already: add --overwrite/);
    const replaced = await runCli(['strategy', 'merge', join(stages, 'strategy'), out, '--overwrite']);
    expect(replaced.code).toBe(0);
    expect(readFileSync(out)).toEqual(readFileSync(join(stages, 'merged_ckpt_strategy.ckpt')));
  });

  test('--dry-run writes nothing', async () => {
    const out = join(scratch.path, 'dry.ckpt');
    const { code, stdout } = await runCli(['strategy', 'merge', join(stages, 'strategy'), out, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('Would write the layouts of 117 parameters from 8 strategy files');
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});

test('strategy merge of a file is a usage error that names the right command', async () => {
  const file = join(stages, 'merged_ckpt_strategy.ckpt');
  const { code, stderr } = await runCli(['strategy', 'merge', file, join(scratch.path, 'not.ckpt')]);
  expect(code).toBe(2);
  expect(stderr).toContain('strategy convert');
});

test('a file of one stage among several is shown as what it is', async () => {
  const { code, stdout } = await runCli([
    'strategy',
    'show',
    join(stages, 'strategy/ckpt_strategy_rank_5.ckpt'),
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^dp 2 × mp 2, 2 stages: only stage 1 of 4 devices, 60 parameters\n/);
});

describe('strategy convert', () => {
  const convert = (...args: string[]) => runCli(['strategy', 'convert', ...args]);

  test.each(['merged_ckpt_strategy.ckpt', 'strategy/ckpt_strategy_rank_5.ckpt'])(
    '%s to JSON as MindSpore writes it, and back byte for byte',
    async (name) => {
      const json = join(scratch.path, `${name.replaceAll('/', '_')}.json`);
      const back = `${json}.ckpt`;
      expect(await convert(join(stages, name), json)).toMatchObject({ code: 0, stderr: '' });
      const inJson: Record<string, string> = {
        'merged_ckpt_strategy.ckpt': 'merged_strategy.json',
        'strategy/ckpt_strategy_rank_5.ckpt': 'strategy_json/ckpt_strategy_rank_5.json',
      };
      const theirs = JSON.parse(readFileSync(join(stages, inJson[name] ?? ''), 'utf8'));
      expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(theirs);
      expect((await convert(json, back, '--json')).code).toBe(0);
      expect(readFileSync(back)).toEqual(readFileSync(join(stages, name)));
    },
  );

  test('several axes on one dimension: MindSpore reads that as .ckpt only, which is said', async () => {
    const source = join(TEST_DATA, 'fixtures/dp2_mp4_two_axes/merged_ckpt_strategy.ckpt');
    const json = join(scratch.path, 'two-axes.json');
    const back = join(scratch.path, 'two-axes.ckpt');
    expect((await convert(source, json)).stderr).toMatch(
      /^warning: MindSpore reads no JSON strategy .*: write a/,
    );
    expect(await convert(json, back)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(back)).toEqual(readFileSync(source));
  });

  test('the source is never replaced, also through a link', async () => {
    const source = join(scratch.path, 'source.ckpt');
    const link = join(scratch.path, 'link.ckpt');
    copyFileSync(join(stages, 'merged_ckpt_strategy.ckpt'), source);
    symlinkSync(source, link);
    for (const out of [source, link]) {
      const { code, stderr } = await convert(source, out, '--overwrite');
      expect(code).toBe(4);
      expect(stderr).toMatch(/\(OUT_IS_SOURCE\)/);
    }
    expect(readFileSync(source)).toEqual(readFileSync(join(stages, 'merged_ckpt_strategy.ckpt')));
  });

  test('a file that is no strategy: exit code 3, nothing written', async () => {
    const broken = join(scratch.path, 'broken.ckpt');
    const out = join(scratch.path, 'not.json');
    writeFileSync(broken, 'weights');
    const { code, stderr } = await convert(broken, out);
    expect(code).toBe(3);
    expect(stderr).toMatch(/\(SG_PARSE\)/);
    expect(existsSync(out)).toBe(false);
  });
});

describe('strategy write', () => {
  const layoutsOf = async (path: string) => {
    const { stdout } = await runCli(['strategy', 'show', path, '--json']);
    const { stages: count, devicesPerStage, parameters } = JSON.parse(stdout);
    return { count, devicesPerStage, parameters: parameters.sort(byNameAndStage) };
  };
  const write = (model: string, ...args: string[]) =>
    runCli(['strategy', 'write', '--model', model, ...args]);

  test('the layouts that MindSpore compiled, merged and rank by rank', async () => {
    const theirs = await layoutsOf(join(stages, 'strategy'));
    const parallel = ['--data-parallel', '2', '--model-parallel', '2', '--pipeline-stages', '2'];
    for (const name of ['written.ckpt', 'written.json', 'written']) {
      const out = join(scratch.path, name);
      const { code, stdout, stderr } = await write(
        join(stages, 'complete'),
        ...parallel,
        ...['--out', out, '--json'],
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ out, parameters: 117, warnings: [] });
      expect(await layoutsOf(out)).toEqual(theirs);
    }
    expect(readdirSync(join(scratch.path, 'written'))).toEqual(
      Array.from({ length: 8 }, (_, rank) => `ckpt_strategy_rank_${rank}.ckpt`),
    );
  });

  test.each([
    ['2', 'dp4_mp2_opt2'],
    [undefined, 'dp4_mp2_opt_all'],
  ])('--optimizer-shard %s', async (replicas, name) => {
    const family = copyFixture(name, join(scratch.path, 'sharding'));
    const out = join(scratch.path, `${name}.ckpt`);
    const { code } = await write(
      join(family, 'complete'),
      ...['--data-parallel', '4', '--model-parallel', '2'],
      ...['--optimizer-shard', ...(replicas === undefined ? [] : [replicas])],
      ...['--optimizer-threshold', '1', '--out', out],
    );
    expect(code).toBe(0);
    expect(await layoutsOf(out)).toEqual(await layoutsOf(join(family, 'strategy')));
  });

  test('slicing works with it before any training has compiled one', async () => {
    const strategy = join(scratch.path, 'before-training.ckpt');
    const weights = copyFixture('dp2_mp4', scratch.path);
    const parallel = ['--data-parallel', '2', '--model-parallel', '4'];
    expect((await write(join(weights, 'complete'), ...parallel, '--out', strategy)).code).toBe(0);
    const folder = join(scratch.path, 'sliced');
    const { code } = await runCli([
      ...['slice', join(weights, 'complete'), '--strategy', strategy, '--out', folder],
    ]);
    expect(code).toBe(0);
    const { slices } = fixture<{ slices: Record<string, Expected> }>('dp2_mp4/expected.json');
    for (const [rank, tensors] of Object.entries(slices))
      expect(tensorsIn(join(folder, `rank_${rank}`, 'net.safetensors'))).toEqual(tensors);
  });

  test('--dry-run writes nothing; an existing output is refused', async () => {
    const out = join(scratch.path, 'dry-written');
    const args = ['--data-parallel', '2', '--model-parallel', '2', '--pipeline-stages', '2', '--out', out];
    const dry = await write(join(stages, 'complete'), ...args, '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/^Would write the layouts of 117 parameters to .*, 8 files, /);
    expect(existsSync(out)).toBe(false);
    mkdirSync(out);
    writeFileSync(join(out, 'ckpt_strategy_rank_0.ckpt'), 'mine');
    const refused = await write(join(stages, 'complete'), ...args);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/\(OUT_EXISTS\)/);
    expect(readFileSync(join(out, 'ckpt_strategy_rank_0.ckpt'), 'utf8')).toBe('mine');
    expect(await write(join(stages, 'complete'), ...args, '--overwrite')).toMatchObject({ code: 0 });
    expect(readdirSync(out)).toHaveLength(8);
  });

  test.each([
    ['a model parallel that does not divide', ['--model-parallel', '5'], 3, /\(SG_SHAPE\)/],
    ['stages that do not divide the layers', ['--pipeline-stages', '3'], 3, /\(SG_SHAPE\)/],
    ['sharding over more replicas than there are', ['--optimizer-shard', '3'], 2, /\(USAGE\)/],
  ])('%s: refused with the numbers', async (_what, more, code, message) => {
    const out = join(scratch.path, 'refused.ckpt');
    const model = more[0] === '--model-parallel' ? [] : ['--model-parallel', '2'];
    const found = await write(
      join(stages, 'complete'),
      '--data-parallel',
      '2',
      ...model,
      ...more,
      '--out',
      out,
    );
    expect(found.code).toBe(code);
    expect(found.stderr).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  test('weights under Hugging Face’s names are to be renamed first', async () => {
    const weights = copyFixture('hf_llama', scratch.path);
    const out = join(scratch.path, 'refused.ckpt');
    const { code, stderr } = await write(
      ...([weights, '--data-parallel', '1', '--model-parallel', '2', '--out', out] as const),
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/\(CP_NO_TENSOR\) Rename the weights/);
  });
});

function byNameAndStage(a: { name: string; stage: number }, b: { name: string; stage: number }): number {
  return a.stage - b.stage || (a.name < b.name ? -1 : 1);
}
