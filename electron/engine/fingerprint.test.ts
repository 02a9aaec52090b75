import { expect, test } from 'vitest';
import type { Piece } from '../../shared/plan/piece.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { fingerprintId, fingerprintOf } from './fingerprint.ts';

const piece: Piece = {
  ...{ tensor: 'w', dtype: 'U8', shape: [2], box: { start: [0], extent: [2] } },
  ...{ file: 0, offset: 8, byteLength: 2 },
};
const output = { path: 'a.safetensors', literals: [{ offset: 0, bytes: Uint8Array.of(1, 2) }] };
const plan: Plan = {
  ...{ job: 'merge', warnings: [] },
  sources: [{ path: '/a', size: 10, identity: '1:2:10:20:30' }],
  outputs: [{ ...output, size: 10, tensorCount: 1 }],
  texts: [{ path: 'index.json', text: '{}' }],
  moves: [{ from: [piece], to: [piece] }],
};
const idOf = (change: Partial<Plan>, request = {}) =>
  fingerprintId(fingerprintOf({ ...plan, ...change }, request));
const outputs = (change: Partial<Plan['outputs'][number]>) =>
  plan.outputs.map((one) => ({ ...one, ...change }));

test.each<[string, Partial<Plan>]>([
  ['a byte of a header', { outputs: outputs({ literals: [{ offset: 0, bytes: Uint8Array.of(1, 3) }] }) }],
  ['the place of a header', { outputs: outputs({ literals: [{ offset: 1, bytes: Uint8Array.of(1, 2) }] }) }],
  ['the name of a file', { outputs: outputs({ path: 'b.safetensors' }) }],
  ['the size of a file', { outputs: outputs({ size: 11 }) }],
  ['a text', { texts: [{ path: 'index.json', text: '[]' }] }],
  ['where bytes are read', { moves: [{ from: [{ ...piece, offset: 9 }], to: [piece] }] }],
  ['where bytes go', { moves: [{ from: [piece], to: [{ ...piece, offset: 9 }] }] }],
  ['the size of a source', { sources: [{ path: '/a', size: 11, identity: '1:2:11:20:30' }] }],
  ['the time of a source', { sources: [{ path: '/a', size: 10, identity: '1:2:10:21:30' }] }],
  ['the change time of a source', { sources: [{ path: '/a', size: 10, identity: '1:2:10:20:31' }] }],
])('%s makes it another job', (_, change) => {
  expect(idOf(change)).not.toBe(idOf({}));
});

test('where a source lies, its device and inode, warnings and how it was asked for do not', () => {
  const sources = [{ path: '/mnt/a', size: 10, identity: '5:6:10:20:30' }];
  expect(idOf({ sources, warnings: ['told'] }, { job: 'merge', threads: 4 })).toBe(idOf({}));
});
