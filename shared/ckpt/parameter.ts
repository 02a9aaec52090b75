import type { Dim, StoredTensor } from '../checkpoint.ts';
import { bitsOf, type Dtype, dtypeOfMindSpore } from '../dtype.ts';
import { refuse } from '../errors.ts';
import type { Extent } from '../plan/piece.ts';
import { escapeText } from '../text/escape.ts';

/**
 * A parameter as its values in the file say it: one, or several in a row where the content is above 512 MiB
 * (MindSpore's `SLICE_SIZE`). Every value repeats the type and the full dims.
 */
export interface Parameter {
  readonly name: string;
  /** A tensor (or text), or a hash table: then there is no type, dims or content here. */
  readonly kind: 'tensor' | 'map';
  readonly type: string;
  readonly dims: readonly (number | bigint)[];
  /** Where the first value begins. */
  readonly at: number;
  /** Content of each value, in file order. */
  readonly extents: Extent[];
}

const ADVICE = 'The file is damaged: copy it again from where it was saved.';

/**
 * The tensor that a parameter is; names, types and shapes as MindSpore's own conversion to safetensors gives
 * them. Int4 lies packed in I8. Dims `[]` and `[0]` with content are a scalar.
 *
 * CK_DTYPE for a type that is not known; CK_LENGTH (one value) or CK_SLICES (several) when the content is not
 * exactly what type and dims need.
 */
export function tensorOf({ name, type, dims, extents }: Parameter): StoredTensor {
  const dtype = dtypeOfMindSpore(type);
  if (dtype === undefined)
    refuse(
      'CK_DTYPE',
      `tensor '${escapeText(name)}' has the type '${escapeText(type)}', which is not known`,
      'Convert the tensor to a type that safetensors has before saving.',
      { tensor: name, expected: 'a MindSpore tensor type', found: type },
    );
  const held = byteLengthOf(extents);
  const sizes = sizesOf(dims, held);
  const what = `tensor '${escapeText(name)}' [${sizes.join(', ')}] ${type}`;
  if (sizes.some((size) => size < 0n))
    refuse('CK_LENGTH', `${what} has a negative dimension`, ADVICE, {
      tensor: name,
      expected: '0 or more',
      found: `[${sizes.join(', ')}]`,
    });
  const needed = neededBytes(dtype, sizes);
  if (needed !== BigInt(held)) {
    const several = extents.length > 1;
    refuse(
      several ? 'CK_SLICES' : 'CK_LENGTH',
      `${what} needs ${needed} bytes, ${several ? `its ${extents.length} values in the file have` : 'file has'} ${held}`,
      ADVICE,
      { tensor: name, expected: `${needed} bytes`, found: `${held} bytes` },
    );
  }
  const filled = extents.filter(({ length }) => length > 0);
  return {
    name,
    dtype,
    shape: sizes.map(dimOf),
    offset: (filled[0] ?? extents[0])?.offset ?? 0,
    byteLength: held,
    ...(filled.length > 1 && { extents: filled }),
  };
}

/** Bytes of all values together. */
export function byteLengthOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

/** Whether the content is what type and dims need; an unknown type needs nothing. */
export function isComplete({ type, dims, extents }: Parameter): boolean {
  const dtype = dtypeOfMindSpore(type);
  const held = byteLengthOf(extents);
  return dtype === undefined || neededBytes(dtype, sizesOf(dims, held)) === BigInt(held);
}

/** Dims are int64 on the wire; `[0]` with content is how a scalar may be written. */
function sizesOf(dims: readonly (number | bigint)[], held: number): bigint[] {
  const sizes = dims.map((dim) => BigInt.asIntN(64, BigInt(dim)));
  return sizes.length === 1 && sizes[0] === 0n && held > 0 ? [] : sizes;
}

function neededBytes(dtype: Dtype, sizes: readonly bigint[]): bigint {
  return sizes.reduce((product, size) => product * size, 1n) * BigInt(bitsOf(dtype) / 8);
}

/** Exact either way: shapes of empty tensors may have dimensions above 2^53. */
function dimOf(size: bigint): Dim {
  return size > BigInt(Number.MAX_SAFE_INTEGER) ? size.toString() : Number(size);
}

/**
 * Text of a `str` parameter: UTF-32LE as NumPy stores it, where NULs at the end are padding.
 * CK_LENGTH or CK_WIRE when the bytes are none.
 */
export function textOf(name: string, bytes: Uint8Array): string {
  const where = `text '${escapeText(name)}'`;
  if (bytes.length % 4 !== 0)
    refuse('CK_LENGTH', `${where} has ${bytes.length} bytes, UTF-32 has 4 a character`, ADVICE, {
      tensor: name,
      expected: 'a multiple of 4',
      found: `${bytes.length}`,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const code = view.getUint32(at, true);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      refuse('CK_WIRE', `${where} has no character at ${at / 4}: 0x${code.toString(16)}`, ADVICE, {
        tensor: name,
      });
    text += String.fromCodePoint(code);
  }
  return text.replace(/\0+$/, '');
}
