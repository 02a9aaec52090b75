import { expect, test } from 'vitest';
import type { StoredTensor, WeightHeader } from '../checkpoint.ts';
import { asFault } from '../errors.ts';
import type { WeightFile } from '../model.ts';
import { readSafetensorsHeader } from '../safetensors/open-header.ts';
import { planMetadata } from './metadata.ts';

/** Names and data in an order of their own, as no library writes them; 4 bytes each behind a header of 108. */
const TENSORS: readonly StoredTensor[] = [
  { name: 'z', dtype: 'U8', shape: [4], offset: 112, byteLength: 4 },
  { name: 'a', dtype: 'F32', shape: [], offset: 108, byteLength: 4 },
];

function file(metadata: Record<string, string>): WeightFile {
  const header: WeightHeader = {
    format: 'safetensors',
    tensors: TENSORS,
    metadata: new Map(Object.entries(metadata)),
    headerLength: 108,
    notes: [],
  };
  return { path: '/x.safetensors', size: 116, identity: 'x', header };
}

function planned(
  metadata: Record<string, string>,
  { set = [], remove = [] }: { set?: [string, string][]; remove?: string[] },
) {
  const plan = planMetadata(file(metadata), 'x.safetensors', { set, remove });
  const [output] = plan.outputs;
  const bytes = output?.literals[0]?.bytes ?? new Uint8Array();
  const header = readSafetensorsHeader((at, length) => bytes.subarray(at, at + length), output?.size ?? 0);
  return { plan, header };
}

function refusal(change: Parameters<typeof planned>[1]): string {
  try {
    planned({ format: 'ms' }, change);
  } catch (error) {
    const { code, message } = asFault(error);
    return `${code}: ${message}`;
  }
  return expect.fail('was accepted');
}

test('tensors keep their order in the header and their places behind it', () => {
  const { plan, header } = planned({ format: 'ms', note: 'old' }, { set: [['note', '新\n"=']], remove: [] });
  expect([...header.metadata]).toEqual([
    ['format', 'ms'],
    ['note', '新\n"='],
  ]);
  expect(header.tensors.map(({ name }) => name)).toEqual(['z', 'a']);
  expect(header.tensors.map(({ offset }) => offset - header.headerLength)).toEqual([4, 0]);
  expect(plan.moves.map(({ from, to }) => [from[0]?.offset, to[0]?.offset])).toEqual([
    [112, header.headerLength + 4],
    [108, header.headerLength],
  ]);
  expect(plan.warnings).toEqual([]);
});

test('removing every key leaves no metadata, and says what readers will miss', () => {
  const { header, plan } = planned(
    { format: 'pt', remove_redundancy: 'True', z: 'Int4' },
    { remove: ['format', 'remove_redundancy', 'z', 'absent'] },
  );
  expect(header.metadata.size).toBe(0);
  expect(plan.warnings).toEqual([
    "There is no 'absent' in the metadata to remove.",
    "Hugging Face's Transformers refuses weights whose metadata say no 'format'.",
    "'remove_redundancy' says whether each rank has all of its slices: loading relies on it.",
    "Without its mark, the packed 4-bit numbers of 'z' are taken for Int8.",
  ]);
});

test('the CRC-32 of names and values stays and is checked, or goes unchecked', () => {
  const stays = planned({ crc_num: '7' }, { set: [['a', 'b']] });
  expect(stays.plan.sources[0]?.crc).toEqual({ format: 'safetensors', stored: 7 });
  expect(stays.header.metadata.get('crc_num')).toBe('7');
  const gone = planned({ crc_num: '7' }, { remove: ['crc_num'] });
  expect(gone.plan.sources[0]?.crc).toBeUndefined();
});

test.each([
  [{}, 'USAGE: no metadata would change'],
  [{ set: [['crc_num', '1']] }, 'USAGE: crc_num is the CRC-32 of the tensors and cannot be set'],
  [{ set: [['a', '1']], remove: ['a'] }, "USAGE: 'a' is to be changed twice"],
  [{ set: [['a', '\ud800']] }, "ST_UTF8: '\\ud800' holds half a surrogate pair, which has no UTF-8 form"],
] as [Parameters<typeof planned>[1], string][])('%j is refused', (change, message) => {
  expect(refusal(change)).toBe(message);
});
