import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DTYPE_NAMES, type Dtype } from '../../../shared/dtype.ts';
import { serializeHeader } from '../../../shared/safetensors/serialize.ts';
import type { JsonNumber, JsonValue } from '../../../shared/values/json-values.ts';

/** For tests: what NumPy and ml_dtypes say about a tensor of each dtype (`test/golden/values.py`). */
export interface GoldenTensor {
  readonly shape: readonly number[];
  /** In base64, as safetensors has them. */
  readonly bytes: string;
  readonly values: readonly JsonValue[];
  readonly stats: {
    readonly count: number;
    readonly finite: number;
    readonly zeros: number;
    readonly nan: number;
    readonly positiveInfinity: number;
    readonly negativeInfinity: number;
    readonly min: JsonNumber;
    readonly max: JsonNumber;
    readonly mean: number;
    readonly std: number;
    readonly quantiles: readonly number[];
    readonly linear: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
    readonly log: Readonly<Record<'negative' | 'positive', readonly (readonly [number, number])[]>>;
  };
}

export const GOLDEN: Readonly<Record<Dtype, GoldenTensor>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/golden/values.json'), 'utf8'),
);

/** Writes all of them into one file, each under its dtype's name. */
export function writeGolden(path: string): void {
  const tensors = DTYPE_NAMES.map((dtype) => {
    const { shape, bytes } = GOLDEN[dtype];
    const data = Buffer.from(bytes, 'base64');
    return { name: dtype, dtype, shape, byteLength: data.length, data };
  });
  const { bytes, offsets, size } = serializeHeader(tensors, new Map());
  const file = new Uint8Array(size);
  file.set(bytes);
  tensors.forEach(({ data }, i) => {
    file.set(data, offsets[i]);
  });
  writeFileSync(path, file);
}
