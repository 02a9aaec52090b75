import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';
import { readSafetensors } from './safetensors-file.ts';

const scratch = scratchFolder();
let source = '';
let expected: { tensors: Expected; hyper: Expected };
beforeAll(() => {
  source = copyFixture('dp2_mp2_pp2', scratch.path);
  expected = fixture('dp2_mp2_pp2/expected.json');
});
afterAll(scratch.remove);

const out = (name: string) => join(scratch.path, name);

describe('merge', () => {
  test('writes the complete weights that the slices came from, and touches no source', async () => {
    const before = hashes(source);
    const folder = out('merged');
    const { code, stdout, stderr } = await runCli([
      ...['merge', join(source, 'checkpoint'), '--strategy', join(source, 'strategy')],
      ...['--out', folder, '--json'],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(folder).sort()).toEqual([
      'hyper_param.safetensors',
      'param_name_map.json',
      'part0.safetensors',
      'shardscope-report.json',
    ]);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ out: folder, verified: true, tensors: 122 });
    expect(tensorsIn(join(folder, 'part0.safetensors'))).toEqual(expected.tensors);
    expect(tensorsIn(join(folder, 'hyper_param.safetensors'))).toEqual(expected.hyper);
    const map = JSON.parse(readFileSync(join(folder, 'param_name_map.json'), 'utf8'));
    expect(Object.keys(map.weight_map)).toHaveLength(Object.keys(expected.tensors).length);
    expect(hashes(source)).toEqual(before);
  });

  test('--filter-out-param-prefix leaves the optimizer out, --max-shard-size splits', async () => {
    const folder = out('small');
    const { code } = await runCli([
      ...['merge', source, '--out', folder, '--filter-out-param-prefix', 'adam_m', 'adam_v'],
      ...['--max-shard-size', '8KiB', '--quiet'],
    ]);
    expect(code).toBe(0);
    const parts = readdirSync(folder).filter((name) => name.startsWith('part'));
    expect(parts.length).toBeGreaterThan(2);
    const names = parts.flatMap((name) => [...readSafetensors(join(folder, name)).keys()]);
    expect(names.sort()).toEqual(
      Object.keys(expected.tensors)
        .filter((name) => !name.startsWith('adam_'))
        .sort(),
    );
  });

  test('--weights-only, several prefixes and --filter-out-regex add up', async () => {
    const folder = out('filtered');
    const { code } = await runCli([
      ...['merge', source, '--out', folder, '--weights-only', '--quiet'],
      ...['--filter-out-param-prefix', 'lm_head', 'model.tok', '--filter-out-regex', 'norm.*\\.weight$'],
    ]);
    expect(code).toBe(0);
    expect([...readSafetensors(join(folder, 'part0.safetensors')).keys()].sort()).toEqual(
      Object.keys(expected.tensors)
        .filter((name) => !/^adam_|^lm_head|^model\.tok|norm.*\.weight$/.test(name))
        .sort(),
    );
  });

  test('--dry-run prints the plan and writes nothing', async () => {
    const folder = out('dry');
    const words = await runCli(['merge', source, '--out', folder, '--dry-run']);
    expect(words.code).toBe(0);
    expect(words.stdout).toContain('part0.safetensors');
    const json = await runCli(['merge', source, '--out', folder, '--dry-run', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ out: folder, tensors: 122, outExists: false });
    expect(existsSync(folder)).toBe(false);
  });

  test("one rank's file is taken for whole weights with a warning; its folder asks for a strategy", async () => {
    const rank = join(TEST_DATA, 'fixtures/dp2_mp4/checkpoint/rank_2');
    const [name = ''] = readdirSync(rank).filter((one) => one.endsWith('.safetensors'));
    const alone = await runCli(['merge', join(rank, name), '--out', join(scratch.path, 'lone'), '--dry-run']);
    expect(alone.code).toBe(0);
    expect(alone.stderr).toMatch(
      /^warning: This is the file of rank 2 alone, .* training on one card only\.\n$/,
    );
    const folder = await runCli(['merge', rank, '--out', join(scratch.path, 'lone')]);
    expect(folder.code).toBe(3);
    expect(folder.stderr).toMatch(/no strategy was found for rank 2, .* take the weight file itself\.\n$/);
  });

  test('an output that exists is refused and kept; --overwrite replaces it', async () => {
    const folder = out('taken');
    mkdirSync(folder);
    writeFileSync(join(folder, 'part0.safetensors'), 'mine');
    const refused = await runCli(['merge', source, '--out', folder]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/\(OUT_EXISTS\).*--overwrite/);
    expect(readFileSync(join(folder, 'part0.safetensors'), 'utf8')).toBe('mine');
    const replaced = await runCli(['merge', source, '--out', folder, '--overwrite']);
    expect(replaced).toMatchObject({ code: 0, stderr: '' });
    expect(readSafetensors(join(folder, 'part0.safetensors')).size).toBe(117);
  });

  test('--progress json tells each event as a line on stderr', async () => {
    const { stderr, stdout } = await runCli([
      ...['merge', source, '--out', out('events'), '--progress', 'json', '--json'],
    ]);
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ kind: 'merge', state: 'done' });
    expect(events.at(-1).result).toEqual(JSON.parse(stdout));
    const { bytesDone, bytesTotal } = events.at(-1).progress;
    expect(bytesDone).toBe(bytesTotal);
  });

  test('a strategy of another model: exit code 3, nothing written', async () => {
    const other = copyFixture('training_output', out('other'));
    const folder = out('unfit');
    const { code, stderr } = await runCli([
      ...['merge', join(source, 'checkpoint'), '--strategy', join(other, 'checkpoint', 'rank_0')],
      ...['--out', folder],
    ]);
    expect(code).toBe(3);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(folder)).toBe(false);
  });
});

test('Ctrl+C cancels a merge: exit code 130, nothing left beside the sources', async () => {
  const parent = out('cancelled');
  mkdirSync(parent);
  const folder = join(parent, 'merged');
  let pressed = false;
  const { code, stdout } = await runCli(['merge', source, '--out', folder, '--progress', 'json', '--json'], {
    started: (child) => {
      // The first event says that the job has begun.
      child.stderr.once('data', () => {
        pressed = true;
        child.kill('SIGINT');
      });
    },
  });
  expect(pressed).toBe(true);
  expect(code).toBe(130);
  expect(JSON.parse(stdout).error.code).toBe('CANCELLED');
  expect(readdirSync(parent)).toEqual([]);
});

test('Ctrl+C twice ends at once; what that may leave, the next run goes on with or removes', async () => {
  const parent = out('cancelled-twice');
  mkdirSync(parent);
  const folder = join(parent, 'merged');
  const { code } = await runCli(['merge', source, '--out', folder, '--progress', 'json'], {
    started: (child) => {
      child.stderr.once('data', () => {
        child.kill('SIGINT');
        setTimeout(() => child.kill('SIGINT'), 5);
      });
    },
  });
  expect(code).toBe(130);
  const left = readdirSync(parent);
  expect(left.every((name) => name.startsWith('.merged.shardscope-'))).toBe(true);
  // Killed before it could say whose it is, a folder could be a job's of another machine that just begins: for a minute.
  const aMinuteAgo = new Date(Date.now() - 61_000);
  for (const name of left) utimesSync(join(parent, name), aMinuteAgo, aMinuteAgo);
  expect((await runCli(['merge', source, '--out', folder])).code).toBe(0);
  expect(readdirSync(parent)).toEqual(['merged']);
});

describe('copies of a slice that differ', () => {
  const differing = () => {
    const folder = copyFixture('dp2_mp4', out('differing'));
    const file = join(folder, 'checkpoint/rank_5/llama_tiny_rank_5-1_10.safetensors');
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(20_000) ^ 1, 20_000);
    writeFileSync(file, bytes);
    return folder;
  };

  test('--check-replicas: exit code 3, both ranks and the first element named, nothing written', async () => {
    const folder = differing();
    const { code, stderr } = await runCli(['merge', folder, '--out', out('not'), '--check-replicas']);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /on rank 1 and rank 5, .* 1 of \d+ elements differ by .*, first \[.*\(CP_CONFLICT\).*--on-conflict/,
    );
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(out('not'))).toBe(false);
  });

  test('--on-conflict rank=5 takes its copy and says so in words and in the report', async () => {
    const folder = out('decided');
    const args = ['merge', out('differing/dp2_mp4'), '--out', folder, '--on-conflict'];
    const { code, stderr } = await runCli([...args, 'rank=5', '--progress', 'none']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: 1 copy differs from rank 5's, .* on rank 1\.\n$/);
    const report = JSON.parse(readFileSync(join(folder, 'shardscope-report.json'), 'utf8'));
    expect(report.decisions).toMatchObject([{ ranks: [5, 1], count: 1 }]);
    expect((await runCli([...args, '5'])).code).toBe(2);
  });
});
