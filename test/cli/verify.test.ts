import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

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
