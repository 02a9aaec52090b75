import { expect, test } from 'vitest';
import type { WeightHeader } from '../checkpoint.ts';
import { asFault } from '../errors.ts';
import { readSafetensorsHeader } from '../safetensors/open-header.ts';
import { planSalvage } from './salvage.ts';

/** Tensors of 4 bytes each behind a header of 100, not listed in the order of their data. */
const HEADER: WeightHeader = {
  format: 'safetensors',
  tensors: [
    { name: 'b', dtype: 'I8', shape: [4], offset: 104, byteLength: 4 },
    { name: 'c', dtype: 'I8', shape: [4], offset: 108, byteLength: 4 },
    { name: 'a', dtype: 'F32', shape: [], offset: 100, byteLength: 4 },
    { name: 'none', dtype: 'F32', shape: [0], offset: 112, byteLength: 0 },
  ],
  metadata: new Map([
    ['format', 'ms'],
    ['crc_num', '7'],
    ['b', 'Int4'],
    ['c', 'Int4'],
  ]),
  headerLength: 100,
  notes: [],
};

const salvage = (size: number) =>
  planSalvage({ path: '/x.safetensors', size, identity: 'x', header: HEADER }, 'x.safetensors');

test('tensors up to where the file ends, in their order; no checksum or mark of what is lost', () => {
  const { outputs, moves, warnings, sources } = salvage(111);
  const [output] = outputs;
  const bytes = output?.literals[0]?.bytes ?? new Uint8Array();
  const header = readSafetensorsHeader((at, length) => bytes.subarray(at, at + length), output?.size ?? 0);
  expect(header.tensors.map(({ name, offset }) => [name, offset - header.headerLength])).toEqual([
    ['b', 4],
    ['a', 0],
  ]);
  expect([...header.metadata]).toEqual([
    ['format', 'ms'],
    ['b', 'Int4'],
  ]);
  expect(moves.map(({ from }) => from[0]?.offset)).toEqual([104, 100]);
  expect(warnings).toEqual(["2 tensors cut short or missing: 'c' and 'none'."]);
  expect(sources[0]?.crc).toBeUndefined();
});

test('a file without one whole tensor is refused', () => {
  try {
    salvage(103);
  } catch (error) {
    return expect(asFault(error)).toMatchObject({ code: 'CP_EMPTY', file: '/x.safetensors' });
  }
  return expect.fail('was accepted');
});
