import type { Dim, StoredTensor, WeightHeader } from '../../../shared/checkpoint.ts';
import { DTYPE_NAMES } from '../../../shared/dtype.ts';

/**
 * A header as columns, to cross threads: structured clone takes 2 µs a tensor as objects, which is 2 s for the
 * million tensors of 1,024 ranks with headers of their own, and a tenth of that as columns.
 */
export interface PackedHeader {
  readonly rest: Omit<WeightHeader, 'tensors'>;
  /** All names in one string, cut at these lengths (UTF-16 units). */
  readonly names: string;
  readonly nameLengths: Uint32Array;
  readonly dtypes: Uint8Array;
  /** Dimensions of each tensor, then all dimensions in a row; those above 2^53 are NaN here and in `digits`. */
  readonly ranks: Uint32Array;
  readonly dims: Float64Array;
  /** By index into `dims`: decimal digits of dimensions above 2^53. */
  readonly digits: ReadonlyMap<number, string>;
  readonly offsets: Float64Array;
  readonly byteLengths: Float64Array;
  /** By index of the tensor: where it lies when a `.ckpt` spreads it. */
  readonly extents: ReadonlyMap<number, NonNullable<StoredTensor['extents']>>;
}

const codes = new Map(DTYPE_NAMES.map((name, code) => [name, code]));

export function packHeader({ tensors, ...rest }: WeightHeader): PackedHeader {
  const count = tensors.length;
  const digits = new Map<number, string>();
  const extents = new Map<number, NonNullable<StoredTensor['extents']>>();
  const dims: number[] = [];
  const packed = {
    nameLengths: new Uint32Array(count),
    dtypes: new Uint8Array(count),
    ranks: new Uint32Array(count),
    offsets: new Float64Array(count),
    byteLengths: new Float64Array(count),
  };
  const names: string[] = [];
  tensors.forEach((tensor, i) => {
    names.push(tensor.name);
    packed.nameLengths[i] = tensor.name.length;
    packed.dtypes[i] = codes.get(tensor.dtype) ?? 0;
    packed.ranks[i] = tensor.shape.length;
    packed.offsets[i] = tensor.offset;
    packed.byteLengths[i] = tensor.byteLength;
    for (const dim of tensor.shape) {
      if (typeof dim === 'string') digits.set(dims.length, dim);
      dims.push(typeof dim === 'string' ? Number.NaN : dim);
    }
    if (tensor.extents) extents.set(i, tensor.extents);
  });
  return { rest, names: names.join(''), ...packed, dims: Float64Array.from(dims), digits, extents };
}

export function unpackHeader(packed: PackedHeader): WeightHeader {
  const { names, nameLengths, dtypes, ranks, dims, digits, offsets, byteLengths, extents } = packed;
  const tensors: StoredTensor[] = [];
  let name = 0;
  let dim = 0;
  for (let i = 0; i < nameLengths.length; i++) {
    const length = nameLengths[i] ?? 0;
    const shape: Dim[] = [];
    for (let d = ranks[i] ?? 0; d > 0; d--, dim++) shape.push(digits.get(dim) ?? dims[dim] ?? 0);
    const spread = extents.get(i);
    tensors.push({
      name: names.slice(name, name + length),
      dtype: DTYPE_NAMES[dtypes[i] ?? 0] ?? 'U8',
      shape,
      offset: offsets[i] ?? 0,
      byteLength: byteLengths[i] ?? 0,
      ...(spread && { extents: spread }),
    });
    name += length;
  }
  return { ...packed.rest, tensors };
}
