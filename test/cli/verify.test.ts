import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';

const scratch = scratchFolder();
let whole = '';
let damaged = '';
let file = '';
beforeAll(() => {
  whole = copyFixture('dp2_mp4', scratch.path);
  damaged = copyFixture('dp2_mp4', join(scratch.path, 'damaged'));
  const folder = join(damaged, 'checkpoint', 'rank_5');
  file = join(folder, readdirSync(folder).find((name) => name.endsWith('.safetensors')) ?? '');
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.from([0x5a, 0xa5, 0x5a, 0xa5]), 0, 4, 20_000);
  closeSync(fd);
});
afterAll(scratch.remove);

test('a whole checkpoint: exit code 0', async () => {
  const { code, stdout, stderr } = await runCli(['verify', whole]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Checked 122 tensors in 8 files.*all is well\.$/m);
});

test('replicas that differ: exit code 1, rank and tensor named', async () => {
  const { code, stdout } = await runCli(['verify', damaged, '--json']);
  expect(code).toBe(1);
  const result = JSON.parse(stdout);
  expect(result.verified).toBe(false);
  const errors = result.problems.filter((one: { severity: string }) => one.severity === 'error');
  expect(errors).toHaveLength(1);
  expect(errors[0].tensor).toBeTypeOf('string');
  expect(`${errors[0].message} ${errors[0].file}`).toMatch(/rank_?\s?[15]/);
  const words = await runCli(['verify', damaged]);
  expect(words.stdout).toContain('error: ');
  expect(words.stdout).toContain('not all is well');
});

test('a bad CRC is found', async () => {
  const ckpt = copyFixture('ckpt_formats/all_dtypes_crc.ckpt', scratch.path);
  expect((await runCli(['verify', ckpt])).code).toBe(0);
  const fd = openSync(ckpt, 'r+');
  writeSync(fd, Buffer.from([0xff]), 0, 1, 60);
  closeSync(fd);
  const { code, stderr, stdout } = await runCli(['verify', ckpt]);
  expect(code).toBeGreaterThan(0);
  expect(stderr + stdout).toContain('CRC');
});

test('an output is held against the report of its job: exit code 1 for one flipped bit, tensor and file named', async () => {
  const out = join(scratch.path, 'merged');
  expect((await runCli(['merge', whole, '--out', out, '--quiet'])).code).toBe(0);
  const sound = await runCli(['verify', out]);
  expect(sound.code).toBe(0);
  expect(sound.stdout).toMatch(/^Checked 122 tensors in 2 files against the report .*: all is well\.$/m);
  const part = join(out, 'part0.safetensors');
  const bytes = readFileSync(part);
  bytes[30_000] = (bytes[30_000] ?? 0) ^ 4;
  writeFileSync(part, bytes);
  const { code, stdout } = await runCli(['verify', out, '--json']);
  expect(code).toBe(1);
  const { problems } = JSON.parse(stdout);
  expect(problems).toHaveLength(1);
  const [{ tensor }] = problems;
  expect(problems[0]).toMatchObject({ code: 'RP_MISMATCH', file: part });
  const report = JSON.parse(readFileSync(join(out, 'shardscope-report.json'), 'utf8'));
  const listed = report.tensors.find((one: { name: string }) => one.name === tensor);
  expect(problems[0].message).toContain(`it was ${listed.crc32}`);
});

describe('a strategy alone', () => {
  let folder = '';
  beforeAll(() => {
    folder = copyFixture('dp2_mp2_pp2', join(scratch.path, 'stages'));
  });

  test('what its files were found to say: parameters, stages and ranks', async () => {
    const { code, stdout, stderr } = await runCli(['verify', join(folder, 'strategy')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Checked 8 strategy files, [\d.]+ KiB read: 117 parameters, stages 0–1, ranks 0–7 \(dp 2 × mp 2, 2 stages\): all is well\.$/m,
    );
    const json = JSON.parse((await runCli(['verify', join(folder, 'strategy'), '--json'])).stdout);
    expect(json).toMatchObject({
      verified: true,
      tensors: 0,
      problems: [],
      strategy: { parameters: 117, stages: [0, 1], devicesPerStage: 4 },
    });
    const names = readdirSync(join(folder, 'strategy'));
    expect(json.files.map((file: { path: string }) => file.path)).toEqual(
      names.map((name) => join(folder, 'strategy', name)),
    );
    const sizes = names.map((name) => readFileSync(join(folder, 'strategy', name)).length);
    expect(json.files.map((file: { bytes: number }) => file.bytes)).toEqual(sizes);
    expect(json.bytes).toBe(sizes.reduce((sum, size) => sum + size));
  });

  test('a file of one stage: the stage that no file is of is said', async () => {
    const file = join(folder, 'strategy/ckpt_strategy_rank_5.ckpt');
    const { code, stdout } = await runCli(['verify', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warning: No strategy file is here of pipeline stage 0/m);
    expect(stdout).toMatch(/Checked 1 strategy file, .*: 60 parameters, stage 1, ranks 4–7 /);
  });

  test('files of one stage that contradict each other: exit code 3, parameter and files named', async () => {
    const mixed = copyFixture('dp2_mp2_pp2/strategy', join(scratch.path, 'mixed'));
    const other = join(TEST_DATA, 'fixtures/dp2_mp4/strategy/ckpt_strategy_rank_1.ckpt');
    copyFileSync(other, join(mixed, 'ckpt_strategy_rank_1.ckpt'));
    const { code, stderr } = await runCli(['verify', mixed]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/two files of stage 0 lay '.+' out differently/);
    expect(stderr).toContain('ckpt_strategy_rank_1.ckpt');
    expect(stderr).toContain('(SG_LAYOUT)');
  });

  test('an old merged file among the files of the ranks: exit code 1 where it says something else', async () => {
    const beside = copyFixture('dp2_mp2_pp2/strategy', join(scratch.path, 'beside'));
    const merged = join(beside, 'merged_ckpt_strategy.ckpt');
    copyFileSync(join(folder, 'merged_ckpt_strategy.ckpt'), merged);
    const equal = await runCli(['verify', beside]);
    expect(equal.code).toBe(0);
    expect(equal.stdout).toMatch(/Checked 9 strategy files, .*: all is well/);

    copyFileSync(join(TEST_DATA, 'fixtures/dp2_mp4/merged_ckpt_strategy.ckpt'), merged);
    const { code, stdout } = await runCli(['verify', beside, '--json']);
    expect(code).toBe(1);
    const { verified, problems } = JSON.parse(stdout);
    expect(verified).toBe(false);
    expect(problems).toMatchObject([{ code: 'SG_LAYOUT', severity: 'error', file: merged }]);
    expect(problems[0].message).toContain(`'${problems[0].tensor}'`);
    expect((await runCli(['verify', beside])).stdout).toContain('not all is well');

    // Ranks of one machine of two: the merged file says more, which is no contradiction.
    rmSync(merged);
    copyFileSync(join(folder, 'merged_ckpt_strategy.ckpt'), merged);
    for (const rank of [0, 1, 2, 3]) rmSync(join(beside, `ckpt_strategy_rank_${rank}.ckpt`));
    expect(JSON.parse((await runCli(['verify', beside, '--json'])).stdout).problems).toMatchObject([
      { code: 'SG_STAGES', severity: 'warning' },
    ]);
  });
});
