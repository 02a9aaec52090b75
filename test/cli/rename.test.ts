import { copyFileSync, existsSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

type Style = 'huggingface' | 'mindspore' | 'mindspore_concatenated';

const scratch = scratchFolder();
const expected = fixture<Record<Style, Expected>>('hf_llama/expected.json');
let source = '';
beforeAll(() => {
  source = copyFixture('hf_llama', scratch.path);
});
afterAll(scratch.remove);

const out = (name: string) => join(scratch.path, name);

function weightsIn(folder: string): Expected {
  const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  return tensorsIn(...files.map((name) => join(folder, name)));
}

test('to MindSpore’s names and back, every tensor as it was', async () => {
  const before = hashes(source);
  const folder = out('ms');
  const { code, stdout, stderr } = await runCli(['rename', source, '--to', 'mindspore', '--out', folder]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Renamed 30 tensors, .*, verified\.\n$/);
  expect(readdirSync(folder).sort()).toEqual([
    'param_name_map.json',
    'part0.safetensors',
    'shardscope-report.json',
  ]);
  expect(weightsIn(folder)).toEqual(expected.mindspore);

  const back = out('hf');
  const again = await runCli([
    ...['rename', folder, '--to', 'huggingface', '--max-shard-size', '20KB', '--out', back, '--json'],
  ]);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ out: back, tensors: 30, verified: true });
  expect(weightsIn(back)).toEqual(expected.huggingface);
  expect(readdirSync(back)).toContain('model.safetensors.index.json');
  expect(readdirSync(back).length).toBeGreaterThan(2);
  expect(hashes(source)).toEqual(before);
});

test('--qkv-concat joins query, key and value, gate and up; renaming back parts them', async () => {
  const folder = out('joined');
  const joined = await runCli(['rename', source, '--to', 'mindspore', '--qkv-concat', '--out', folder]);
  expect(joined.code).toBe(0);
  expect(weightsIn(folder)).toEqual(expected.mindspore_concatenated);

  copyFileSync(join(source, 'config.json'), join(folder, 'config.json'));
  const parted = out('parted');
  const back = await runCli(['rename', folder, '--to', 'huggingface', '--qkv-concat', '--out', parted]);
  expect(back).toMatchObject({ code: 0, stderr: '' });
  expect(weightsIn(parted)).toEqual(expected.huggingface);
});

test('--dry-run writes nothing', async () => {
  const args = ['rename', source, '--to', 'mindspore', '--out', out('dry'), '--dry-run'];
  const { code, stdout } = await runCli([...args, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ tensors: 30, outExists: false });
  expect((await runCli(args)).stdout).toContain('part0.safetensors');
  expect(existsSync(out('dry'))).toBe(false);
});

test('a shard cut short: exit code 3, the file named, nothing written', async () => {
  const damaged = copyFixture('hf_llama', out('damaged'));
  truncateSync(join(damaged, 'model-00002-of-00003.safetensors'), 5000);
  const { code, stderr } = await runCli(['rename', damaged, '--to', 'mindspore', '--out', out('not')]);
  expect(code).toBe(3);
  expect(stderr).toContain('model-00002-of-00003.safetensors');
  expect(existsSync(out('not'))).toBe(false);
});

test('rank folders: the save and the strategy that are named are the ones that are renamed', async () => {
  const run = copyFixture('training_output', scratch.path);
  const strategy = join(run, 'strategy');
  const weights = async (suffix: string) => {
    const folder = out(`save-${suffix}`);
    const { code, stderr } = await runCli([
      ...['rename', join(run, 'checkpoint'), '--strategy', strategy, '--file-suffix', suffix],
      ...['--to', 'huggingface', '--out', folder],
    ]);
    expect({ suffix, code, stderr }).toMatchObject({ code: 0 });
    return weightsIn(folder)['model.embed_tokens.weight'];
  };
  const [ten, twenty] = [await weights('1_10'), await weights('1_20')];
  expect(ten?.shape).toEqual(twenty?.shape);
  expect(ten?.sha256).not.toBe(twenty?.sha256);
});
