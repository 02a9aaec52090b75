import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface ReadTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the raw bytes, as in the fixtures' `expected.json`. */
  readonly sha256: string;
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

/** Header, and where the data begin; read with nothing of the code under test. */
function headerOf(bytes: Buffer) {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata = {}, ...header } = JSON.parse(bytes.toString('utf8', 8, start));
  return { start, metadata: metadata as Record<string, string>, header: header as Header };
}

/** The tensors of a small safetensors file. */
export function readSafetensors(path: string): Map<string, ReadTensor> {
  const bytes = readFileSync(path);
  const { start, header } = headerOf(bytes);
  const tensors = new Map<string, ReadTensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    const data = bytes.subarray(start + offsets[0], start + offsets[1]);
    tensors.set(name, { dtype, shape, sha256: createHash('sha256').update(data).digest('hex') });
  }
  return tensors;
}

export function metadataIn(path: string): Record<string, string> {
  return headerOf(readFileSync(path)).metadata;
}
