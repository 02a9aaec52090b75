import { expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import type { StoredTensor, WeightHeader } from '../checkpoint.ts';
import { bitsOf, type Dtype } from '../dtype.ts';
import { volume } from '../layout/box.ts';
import type { WeightFile } from '../model.ts';
import { readSafetensorsHeader } from '../safetensors/open-header.ts';
import { type ConvertRequest, planConvert } from './convert.ts';

function stored(name: string, dtype: Dtype = 'F32', shape: readonly number[] = [2]): StoredTensor {
  return { name, dtype, shape, offset: 100, byteLength: (volume(shape) * bitsOf(dtype)) / 8 };
}

function header(
  format: WeightHeader['format'],
  tensors: readonly StoredTensor[],
  metadata: Record<string, string> = {},
): WeightHeader {
  return { format, tensors, metadata: new Map(Object.entries(metadata)), headerLength: 8, notes: [] };
}

const source = (path: string, of: WeightHeader): WeightFile => ({
  path,
  size: 1000,
  identity: path,
  header: of,
});

function plan(files: readonly WeightFile[], request: Partial<ConvertRequest> = {}) {
  const to = files[0]?.header.format === 'ckpt' ? 'safetensors' : 'ckpt';
  return planConvert(files, { to, names: new Map(), crc: false, outputPath: ({ path }) => path, ...request });
}

/** The header of a planned safetensors file. */
function written({ outputs }: ReturnType<typeof plan>, file = 0) {
  const { literals = [], size = 0 } = outputs[file] ?? {};
  const [{ bytes } = { bytes: new Uint8Array() }] = literals;
  return readSafetensorsHeader((offset, length) => bytes.subarray(offset, offset + length), size);
}

test('a text becomes metadata, a packed type keeps its mark, and new names go with both', () => {
  const of = header('ckpt', [stored('q', 'I8'), stored('w')], { q: 'Int4', note: 'hi' });
  const names = new Map([
    ['q', 'packed'],
    ['note', 'memo'],
    ['nobody', 'x'],
  ]);
  const made = plan([source('a', of)], { names });
  const { tensors, metadata } = written(made);
  expect(tensors.map(({ name }) => name)).toEqual(['w', 'packed']);
  expect(Object.fromEntries(metadata)).toEqual({ format: 'ms', memo: 'hi', packed: 'Int4' });
  expect(made.warnings).toEqual([
    "1 text (str parameter) becomes metadata, as safetensors holds tensors only: 'note'.",
    "1 name of the name map is in no file: 'nobody'.",
  ]);
});

test('a text that would pass for metadata of the format is left out, and named', () => {
  const made = plan([source('a', header('ckpt', [stored('w')], { format: 'pt', crc_num: '1' }))]);
  expect(Object.fromEntries(written(made).metadata)).toEqual({ format: 'ms' });
  expect(made.warnings).toEqual([
    "2 texts are left out, as safetensors metadata has these names for itself: 'format' and 'crc_num'.",
  ]);
});

test('files with equal headers share what is laid out, and are read and written each by itself', () => {
  const of = header('ckpt', [stored('w'), stored('b')]);
  const made = plan([source('rank_0/a', of), source('rank_1/a', of)]);
  expect(made.outputs.map(({ path }) => path)).toEqual(['rank_0/a', 'rank_1/a']);
  expect(made.outputs[0]?.literals).toBe(made.outputs[1]?.literals);
  expect(made.moves.map(({ from, to }) => [from[0]?.file, to[0]?.file, to[0]?.tensor])).toEqual([
    [0, 0, 'b'],
    [0, 0, 'w'],
    [1, 1, 'b'],
    [1, 1, 'w'],
  ]);
});

test('a stored CRC-32 is to be checked', () => {
  const with7 = { ...header('ckpt', [stored('w')]), crc: 7 };
  expect(plan([source('a', with7)]).sources).toMatchObject([{ crc: { format: 'ckpt', stored: 7 } }]);
  expect(plan([source('a', header('safetensors', [stored('w')], { crc_num: '8' }))]).sources).toMatchObject([
    { crc: { format: 'safetensors', stored: 8 } },
  ]);
});

test('types that a .ckpt does not have are refused, with the names of their tensors', () => {
  const of = header('safetensors', [stored('a', 'F8_E4M3'), stored('b'), stored('c', 'C64')]);
  expect(refusal(() => plan([source('x', of)]))).toMatchObject({
    code: 'CK_DTYPE',
    file: 'x',
    message: "2 tensors have types that MindSpore's .ckpt does not have: 'a' F8_E4M3, 'c' C64",
  });
});

test.each([
  ['two parameters with one name', { a: 'c', b: 'c' }, "'a' and 'b' would both be named 'c'"],
  ['a name that another parameter keeps', { a: 'b' }, "'a' and 'b' would both be named 'b'"],
  ['the name of a text', { a: 'note' }, "'a' and 'note' would both be named 'note'"],
  ['no name', { a: '' }, "'a' would get no name at all"],
  ['the format’s own name', { b: '__metadata__' }, "'b' would get the name __metadata__"],
])('%s: refused', (_, names, message) => {
  for (const format of ['ckpt', 'safetensors'] as const) {
    const of = header(format, [stored('a'), stored('b')], { note: 'x' });
    const fault = refusal(() => plan([source('x', of)], { names: new Map(Object.entries(names)) }));
    expect(fault.code).toBe('CP_CONFLICT');
    expect(fault.message).toContain(message);
  }
});

test('two parameters may swap their names', () => {
  const of = header('ckpt', [stored('a'), stored('b', 'I64')]);
  const made = plan([source('x', of)], {
    names: new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]),
  });
  expect(written(made).tensors.map(({ name, dtype }) => [name, dtype])).toEqual([
    ['a', 'I64'],
    ['b', 'F32'],
  ]);
});

test('MindSpore’s fault with the CRC-32 of BF16 is said', () => {
  const of = header('ckpt', [stored('w', 'BF16')]);
  expect(plan([source('x', of)], { crc: true }).warnings).toEqual([
    'MindSpore 2.10.0 fails on the CRC-32 of safetensors with BF16 tensors: load these without crc_check.',
  ]);
  expect(plan([source('x', of)]).warnings).toEqual([]);
});

test('what a .ckpt has no place for is said', () => {
  const of = header('safetensors', [stored('w')], { format: 'ms', remove_redundancy: 'True', w: 'a text' });
  expect(plan([source('x', of)]).warnings).toEqual([
    "1 text of the metadata has the name of a tensor and is left out: 'w'.",
    'Redundancy was removed from these files, and a .ckpt cannot say so: whoever loads it must (remove_redundancy=True).',
  ]);
});
