import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { fileName } from '../renderer/views/values/download.ts';
import { readSafetensorsHeader } from '../shared/safetensors/open-header.ts';
import { shardNameProblem } from '../shared/shard-name.ts';

const MALFORMED = join(import.meta.dirname, 'malformed');

/** Tensors of all files whose names are hostile: paths, markup, control characters, 65,536 letters, nothing at all. */
const names = readdirSync(MALFORMED)
  .filter((file) => file.startsWith('ok_name_'))
  .flatMap((file) => {
    const bytes = readFileSync(join(MALFORMED, file));
    const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
    return readSafetensorsHeader(read, bytes.length).tensors.map(({ name }) => name);
  });

test('the name of a file for a tensor stays in its folder, whatever the tensor is called (IX-08)', () => {
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) {
    const file = fileName(name, 'npy');
    for (const { basename, join } of [posix, win32]) expect(basename(join('/folder', file)), name).toBe(file);
    expect(file, name).toMatch(/^[\w.-]{1,124}$/);
  }
  expect(fileName('', 'csv')).toBe('tensor.csv');
  expect(basename(fileName('../../etc/passwd', 'npy'))).toBe('.._.._etc_passwd.npy');
});

test('no file has the name of a device on Windows, whatever its ending', () => {
  for (const name of [
    'CON',
    'nul',
    'Aux.weight',
    'COM1',
    'lpt9.0',
    'prn.',
    `${'x'.repeat(40)}/${'con.'.repeat(30)}`,
  ]) {
    const file = fileName(name, 'npy');
    expect(shardNameProblem(file.replace(/npy$/, 'safetensors')), file).toBeUndefined();
    expect(file).toMatch(/^[\w.-]{1,124}$/);
  }
  expect(fileName('CON', 'npy')).toBe('_CON.npy');
  expect(fileName('model.con', 'npy')).toBe('model.con.npy');
  expect(fileName('console', 'npy')).toBe('console.npy');
});

test('an ending stands last: no dot or space does, which Windows would take off', () => {
  for (const name of ['a.', 'a ', 'a. .', '...', ' '])
    expect(fileName(name, 'csv'), name).toMatch(/^[^ ]+\.csv$/);
});
