import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { TEST_DATA } from './run-cli.ts';
import { readSafetensors } from './safetensors-file.ts';

/** Name → what a tensor is to be, as the fixtures say it: NumPy's dtype name, shape, SHA-256 of the bytes. */
export type Expected = Record<string, { dtype: string; shape: number[]; sha256: string }>;

/** A JSON file of the fixtures. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(TEST_DATA, 'fixtures', name), 'utf8'));
}

const NUMPY: Readonly<Record<string, string>> = {
  BF16: 'bfloat16',
  F16: 'float16',
  F32: 'float32',
  I32: 'int32',
};

/** The tensors of one or more safetensors files, in the fixtures' words. */
export function tensorsIn(...paths: string[]): Expected {
  const all = paths.flatMap((path) => [...readSafetensors(path)]);
  return Object.fromEntries(
    all.map(([name, { dtype, shape, sha256 }]) => [
      name,
      { dtype: NUMPY[dtype] ?? dtype, shape: [...shape], sha256 },
    ]),
  );
}

/** Path within a folder → SHA-256 of every file below it: equal before and after when nothing there was touched. */
export function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    files.map((one) => {
      const path = join(one.parentPath, one.name);
      return [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

const WIDTH: Readonly<Record<string, number>> = { bfloat16: 2, float32: 4, int32: 4 };

export function byteCount(tensors: Expected): number {
  return Object.values(tensors).reduce(
    (sum, { dtype, shape }) => sum + shape.reduce((product, n) => product * n, WIDTH[dtype] ?? Number.NaN),
    0,
  );
}
