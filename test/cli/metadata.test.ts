import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashes, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
let formats = '';
let source = '';
beforeAll(() => {
  formats = copyFixture('ckpt_formats', scratch.path);
  source = join(formats, 'to_safetensors/all_dtypes.safetensors');
});
afterAll(scratch.remove);

let count = 0;
async function metadata(file: string, ...more: string[]) {
  const out = join(scratch.path, `out${count++}`);
  const ran = await runCli(['metadata', file, '--out', out, ...more]);
  return { ...ran, out };
}

/** Header and data of a safetensors file, read with nothing of the code under test. */
function partsOf(path: string) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: said, ...tensors } = JSON.parse(bytes.toString('utf8', 8, start));
  return { said, tensors: Object.entries(tensors), data: bytes.subarray(start) };
}

test('keys are set and removed in a new file; tensors, their order and their bytes stay', async () => {
  const before = hashes(formats);
  const { code, stdout, stderr, out } = await metadata(
    source,
    ...['--set', 'author=a=b', 'note=', '--set', 'format=pt', '--json'],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ out, tensors: 17, verified: true, warnings: [] });
  const [given, made] = [partsOf(source), partsOf(join(out, 'all_dtypes.safetensors'))];
  expect(given.said).toEqual({ format: 'ms' });
  expect(made.said).toEqual({ format: 'pt', author: 'a=b', note: '' });
  expect(made.tensors).toEqual(given.tensors);
  expect(made.data.equals(given.data)).toBe(true);
  expect(hashes(formats)).toEqual(before);
  expect((await runCli(['verify', out])).code).toBe(0);
});

test('a CRC-32 stays true; a wrong one stops the copy, and can be removed', async () => {
  const { out: checked } = await metadata(source, '--set', 'x=y');
  const converted = join(scratch.path, 'ckpt');
  await runCli(['convert', join(checked, 'all_dtypes.safetensors'), '--to', 'ckpt', '--out', converted]);
  const back = join(scratch.path, 'crc');
  const ckpt = join(converted, 'all_dtypes.ckpt');
  await runCli(['convert', ckpt, '--to', 'safetensors', '--crc', '--out', back]);
  const withCrc = join(back, 'all_dtypes.safetensors');
  const { code, out } = await metadata(withCrc, '--remove', 'x');
  expect(code).toBe(0);
  const { said } = partsOf(join(out, 'all_dtypes.safetensors'));
  expect(said).toEqual({ format: 'ms', crc_num: partsOf(withCrc).said.crc_num });
  expect((await runCli(['verify', join(out, 'all_dtypes.safetensors')])).code).toBe(0);

  const bytes = readFileSync(withCrc);
  bytes[bytes.length - 1] = 0x5a;
  writeFileSync(withCrc, bytes);
  const wrong = await metadata(withCrc, '--set', 'a=b');
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toMatch(/CRC32 stored \d+, computed \d+/);
  expect(existsSync(wrong.out)).toBe(false);
  expect((await metadata(withCrc, '--remove', 'crc_num')).code).toBe(0);
});

test('a rank file, by its path', async () => {
  const ranks = copyFixture('dp2_mp4', scratch.path);
  const [name = ''] = readdirSync(join(ranks, 'checkpoint/rank_3')).filter((one) =>
    one.endsWith('.safetensors'),
  );
  const file = join(ranks, 'checkpoint/rank_3', name);
  const { code, out } = await metadata(file, '--set', 'run=7');
  expect(code).toBe(0);
  expect(tensorsIn(join(out, name))).toEqual(tensorsIn(file));
});

test('--dry-run tells what would be written', async () => {
  const { code, stdout, out } = await metadata(source, '--set', "note=it's", '--dry-run', '--json');
  expect(code).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan.facts).toEqual(['1 key set; all tensors keep their bytes, order and places.']);
  expect(plan.outputs[0]).toMatchObject({ path: 'all_dtypes.safetensors', tensors: 17 });
  expect(plan.commandLine).toBe(`shardscope metadata ${source} --out ${out} --set 'note=it'\\''s'`);
  expect(existsSync(out)).toBe(false);
});

test.each([
  ['nothing to change', () => source, [], 2, /no metadata would change/],
  ['no value', () => source, ['--set', 'key'], 2, /Give a key with its value: key=value\./],
  [
    'a .ckpt',
    () => join(formats, 'all_dtypes.ckpt'),
    ['--set', 'a=b'],
    3,
    /is a \.ckpt, which has no metadata/,
  ],
  ['many files', () => join(formats, 'distributed_safetensors'), ['--set', 'a=b'], 3, /is 8 weight files/],
] as const)('%s is refused', async (_, file, options, exit, message) => {
  const { code, stderr, out } = await metadata(file(), ...options);
  expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringMatching(message) });
  expect(existsSync(out)).toBe(false);
});

test.runIf(process.env.SHARDSCOPE_PYTHON)('the safetensors library reads the result', async () => {
  const { out } = await metadata(source, '--set', 'note=新', '--remove', 'format');
  const script =
    'import sys, safetensors\n' +
    'with safetensors.safe_open(sys.argv[1], "np") as f: print(len(f.keys()), f.metadata())';
  const file = join(out, 'all_dtypes.safetensors');
  const { stdout } = spawnSync(process.env.SHARDSCOPE_PYTHON ?? '', ['-c', script, file], {
    encoding: 'utf8',
  });
  expect(stdout).toBe("17 {'note': '新'}\n");
});
