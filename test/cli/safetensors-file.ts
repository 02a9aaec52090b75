import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface ReadTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the raw bytes, as in the fixtures' `expected.json`. */
  readonly sha256: string;
}

/** Reads a small safetensors file with nothing of the code under test. */
export function readSafetensors(path: string): Map<string, ReadTensor> {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, ReadTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const data = bytes.subarray(start + offsets[0], start + offsets[1]);
    tensors.set(name, { dtype, shape, sha256: createHash('sha256').update(data).digest('hex') });
  }
  return tensors;
}
