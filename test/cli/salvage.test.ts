import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const MALFORMED = join(import.meta.dirname, '../malformed');

const scratch = scratchFolder();
const NAME = 'model-00002-of-00003.safetensors';
let model = '';
beforeAll(() => {
  model = copyFixture('hf_llama', scratch.path);
});
afterAll(scratch.remove);

test('what is wholly there of a file cut short has the bytes of the whole file', async () => {
  const whole = tensorsIn(join(model, NAME));
  const cut = join(scratch.path, NAME);
  const bytes = readFileSync(join(model, NAME)).subarray(0, 12_345);
  writeFileSync(cut, bytes);
  const out = join(scratch.path, 'left');
  const { code, stdout, stderr } = await runCli(['salvage', cut, '--out', out]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^Salvaged \d tensors, .*, verified\.\n$/),
  });
  expect(stderr).toMatch(/^warning: \d tensors cut short or missing: 'model\./);
  const left = tensorsIn(join(out, NAME));
  const count = Object.keys(left).length;
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(Object.keys(whole).length);
  for (const [name, tensor] of Object.entries(left)) expect(tensor, name).toEqual(whole[name]);
  expect(readFileSync(cut).equals(bytes)).toBe(true);
  // By itself: its name says that it is one of three.
  expect((await runCli(['verify', join(out, NAME)])).code).toBe(0);
});

test('the error of a cut file says how to keep what is whole, and that command does', async () => {
  const file = (name: string) => join(MALFORMED, `${name}.safetensors`);
  const inspect = await runCli(['inspect', file('cut_second_tensor')]);
  expect(inspect.code).toBe(3);
  expect(inspect.stderr).toMatch(/2048 bytes missing.*\(ST_TRUNCATED\).*copy or download it again, or keep/);
  const [, command] = /"shardscope (salvage FILE --out FOLDER)"/.exec(inspect.stderr) ?? [];
  const out = join(scratch.path, 'kept');
  const given = { FILE: file('cut_second_tensor'), FOLDER: out };
  const words = command?.split(' ').map((word) => given[word as keyof typeof given] ?? word) ?? [];
  expect((await runCli(words)).code).toBe(0);
  expect(Object.keys(tensorsIn(join(out, 'cut_second_tensor.safetensors')))).toEqual(['a']);

  const nothing = await runCli(['inspect', file('cut_all_data'), '--json']);
  expect(nothing.code).toBe(3);
  expect(JSON.parse(nothing.stdout).error).toMatchObject({
    code: 'ST_TRUNCATED',
    advice: 'The file is damaged: copy or download it again.',
  });
});

test('a file that is whole, and one without a header, are refused', async () => {
  const out = join(scratch.path, 'none');
  const whole = await runCli(['salvage', join(model, NAME), '--out', out]);
  expect(whole).toMatchObject({ code: 2, stderr: expect.stringContaining('is not cut short') });
  const stub = join(scratch.path, 'stub.safetensors');
  writeFileSync(stub, readFileSync(join(model, NAME)).subarray(0, 500));
  const headless = await runCli(['salvage', stub, '--out', out]);
  expect(headless).toMatchObject({ code: 3, stderr: expect.stringMatching(/its header alone needs/) });
  expect(existsSync(out)).toBe(false);
});
