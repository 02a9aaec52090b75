import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fault, ShardscopeError } from './errors.ts';
import { shardNameProblem } from './shard-name.ts';
import { parseWeightIndex, serializeWeightIndex } from './weight-index.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const parse = (value: unknown) => parseWeightIndex(utf8(JSON.stringify(value)));

function refusalOf(bytes: Uint8Array): Fault {
  try {
    parseWeightIndex(bytes);
  } catch (error) {
    if (error instanceof ShardscopeError) return error.fault;
    throw error;
  }
  return expect.fail('was accepted');
}
const refusal = (value: unknown) => refusalOf(utf8(JSON.stringify(value)));

test("Hugging Face's and MindSpore's indexes", () => {
  const fixtures = join(import.meta.dirname, '../test/fixtures');
  const read = (file: string) => parseWeightIndex(new Uint8Array(readFileSync(join(fixtures, file))));
  const hf = read('hf_llama/model.safetensors.index.json');
  expect(hf.totalSize).toBe(51_648);
  expect(hf.weightMap.get('lm_head.weight')).toBe('model-00003-of-00003.safetensors');
  const ms = read('dp2_mp4/mindspore_merged/param_name_map.json');
  expect([ms.totalSize, ms.weightMap.get('adam_m.lm_head.weight')]).toEqual([93_888, 'part0.safetensors']);
  expect([hf.notes, ms.notes]).toEqual([[], []]);
});

test('the bare map of older MindSpore, also with a tensor named weight_map', () => {
  const map = { a: 'part0.safetensors', weight_map: 'part1.safetensors' };
  const index = parse(map);
  expect(Object.fromEntries(index.weightMap)).toEqual(map);
  expect(index.totalSize).toBeUndefined();
});

// huggingface_hub's UNSAFE_FILENAMES (CVE-2026-15717), each with a safetensors ending too.
const UNSAFE = [
  '../../../etc/passwd',
  'folder/../../../etc/passwd',
  '..\\..\\Windows\\evil',
  'folder\\..\\..\\evil',
  '/etc/passwd',
  'C:\\Windows\\evil',
  'C:/Windows/evil',
  'D:relative\\evil',
  '\\\\attacker\\share\\evil',
  '\\evil',
  'folder/C:\\evil',
  'folder/\\\\attacker\\share',
  'folder/\\evil',
];
test.each([...UNSAFE, ...UNSAFE.map((name) => `${name}.safetensors`)])('refuses the path %j', (name) => {
  const fault = refusal({ weight_map: { good: 'a.safetensors', 'x.weight': name } });
  expect(fault).toMatchObject({ code: 'IX_PATH', tensor: 'x.weight', found: name });
  expect(fault.message).toContain("the index puts tensor 'x.weight' into '");
});

test.each([
  ['is empty', ''],
  ['has an empty part', '.'],
  ['has an empty part', './a.safetensors'],
  ['has an empty part', 'a//b.safetensors'],
  ['holds a control character', 'a\0b.safetensors'],
  ['holds a colon, as drives and web addresses do', 'file:///etc/a.safetensors'],
  ['holds a colon, as drives and web addresses do', 'http://host/a.safetensors'],
  ['holds a colon, as drives and web addresses do', 'a.safetensors:stream'],
  ['is longer than 1024 bytes', `${'a'.repeat(5000)}.safetensors`],
  ['has a part longer than 255 bytes', `${'é'.repeat(130)}.safetensors`],
  ['has a part that ends in a dot or a space', 'a.safetensors.'],
  ['has a part that ends in a dot or a space', 'a.safetensors '],
  ['has a part that ends in a dot or a space', 'folder /a.safetensors'],
  ['is the name of a device on Windows', 'CON'],
  ['is the name of a device on Windows', 'nul.safetensors'],
  ['is the name of a device on Windows', 'com1.x/a.safetensors'],
  ['is no .safetensors file', 'pytorch_model.bin'],
  ['is no .safetensors file', 'model.pt'],
  ['is no .safetensors file', 'model.ckpt'],
])('refuses a name that %s', (problem, name) => {
  const fault = refusal({ a: name });
  expect(fault.code).toBe('IX_PATH');
  expect(fault.message.endsWith(`', which ${problem}`)).toBe(true);
});

test('ordinary names pass', () => {
  for (const name of ['model.safetensors', 'part0.safetensors', 'sub/dir/a..b.safetensors', '.a.safetensors'])
    expect(shardNameProblem(name)).toBeUndefined();
  for (const name of ['console.safetensors', '层.safetensors', 'a b.safetensors', '..a.safetensors'])
    expect(shardNameProblem(name)).toBeUndefined();
});

test.each<[unknown, string]>([
  [5, "the index gives tensor 'a' the number 5, not a file name"],
  [null, "the index gives tensor 'a' null, not a file name"],
  [{ b: 'x' }, "the index gives tensor 'a' an object, not a file name"],
  [['x'], "the index gives tensor 'a' a list, not a file name"],
  [true, "the index gives tensor 'a' true, not a file name"],
])('refuses the value %j, naming key and value', (value, message) => {
  for (const index of [{ a: value }, { weight_map: { a: value } }])
    expect(refusal(index)).toMatchObject({ code: 'IX_PARSE', tensor: 'a', message });
});

test('what is no index at all', () => {
  expect(refusal([]).message).toBe('the index is a list, not an object');
  expect(refusal({ weight_map: 7 }).message).toBe('weight_map is the number 7, not an object');
  expect(refusalOf(utf8('{"a":"x.safetensors","a":"y.safetensors"}')).message).toBe(
    "the index is not valid JSON: key 'a' is given twice at byte 25",
  );
  expect(refusalOf(utf8('\ufeff{}')).code).toBe('IX_PARSE');
  expect(refusalOf(utf8('{')).message).toContain('at byte 1');
});

test('a wrong total_size is a note, never an error', () => {
  for (const total of ['"5"', '-1', '1.5', '1e300', '18446744073709551616', 'null', '{}']) {
    const text = `{"metadata":{"total_size":${total}},"weight_map":{"a":"x.safetensors"}}`;
    const index = parseWeightIndex(utf8(text));
    expect(index.totalSize).toBeUndefined();
    expect(index.notes, total).toHaveLength(1);
  }
  expect(parse({ metadata: {}, weight_map: {} }).notes).toEqual([]);
  expect(parse({ metadata: 'x', weight_map: {} }).notes).toEqual([]);
});

test('limits are named: 10,000 shards, 250 MB', () => {
  const shards = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, `m${i}.safetensors`]));
  expect(parse(shards(10_000)).weightMap.size).toBe(10_000);
  expect(refusal(shards(10_001)).message).toContain('more than 10000 files');
  expect(refusalOf(new Uint8Array(250_000_001)).message).toBe(
    'the index is too large: 250000001 bytes, the limit is 250000000',
  );
});

test('a million tensors in few shards are read', () => {
  const lines = Array.from({ length: 1_000_000 }, (_, i) => `"model.layers.${i}.w":"m${i % 60}.safetensors"`);
  const bytes = utf8(`{"weight_map":{${lines.join(',')}}}`);
  expect(parseWeightIndex(bytes).weightMap.size).toBe(1_000_000);
});

test('what is written is read back in the same order, whatever the names', () => {
  const map = fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 20 });
  fc.assert(
    fc.property(map, fc.nat(), (names, totalSize) => {
      const weightMap = new Map(
        ['10', '9', '__proto__', ...names].map((n, i) => [n, `p${i % 3}.safetensors`]),
      );
      const index = parseWeightIndex(utf8(serializeWeightIndex(weightMap, totalSize)));
      expect([...index.weightMap]).toEqual([...weightMap]);
      expect(index).toMatchObject({ totalSize, notes: [] });
    }),
    { seed: 4 },
  );
  expect(serializeWeightIndex(new Map([['a', 'b.safetensors']]), 4)).toBe(
    '{\n  "metadata": {\n    "total_size": 4\n  },\n  "weight_map": {\n    "a": "b.safetensors"\n  }\n}\n',
  );
});
