import type { Dim, WeightHeader } from '../checkpoint.ts';
import { DTYPE_NAMES, type Dtype } from '../dtype.ts';
import { refuse } from '../errors.ts';
import { quoted } from './faults.ts';
import { MAX_HEADER_LENGTH, METADATA_KEY, PREFIX_LENGTH } from './limits.ts';

/** A tensor to be written. `byteLength` in bytes, as dtype and shape need it. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly byteLength: number;
}

export interface SerializedHeader {
  /** Length prefix, JSON, padding: the file's first bytes. */
  readonly bytes: Uint8Array;
  /** Absolute offset of each tensor's data, in bytes, in the order of the input. */
  readonly offsets: number[];
  /** The whole file, in bytes. */
  readonly size: number;
}

/** Position in the library's dtype enum, which is declared in ascending alignment. */
const alignment: ReadonlyMap<Dtype, number> = new Map(DTYPE_NAMES.map((name, index) => [name, index]));

/**
 * The header of a safetensors file with these tensors, byte for byte as safetensors 0.8.0's `serialize` and
 * `serialize_file` write it: metadata first, tensors by dtype alignment descending, then by the UTF-8 bytes of
 * their names, data without gaps in that order, JSON padded with spaces to a multiple of 8. Two freedoms the
 * library leaves: it writes metadata in random order, here it is the map's; an empty map is left out.
 * Refuses names that the format cannot hold (given twice, `__metadata__`, half a surrogate pair) and a header
 * above 100,000,000 bytes.
 */
export function serializeHeader(
  tensors: readonly TensorToWrite[],
  metadata: ReadonlyMap<string, string>,
): SerializedHeader {
  const entries = metadata.size > 0 ? [metadataEntry(metadata)] : [];
  const names = new Set<string>();
  const starts = new Array<number>(tensors.length).fill(0);
  let position = 0;
  for (const { tensor, index } of inLayoutOrder(tensors)) {
    const { name, byteLength } = tensor;
    checkName(name, names);
    starts[index] = position;
    entries.push(tensorEntry(tensor, position));
    position += byteLength;
  }
  const bytes = withPrefix(`{${entries.join(',')}}`);
  return { bytes, offsets: starts.map((start) => bytes.length + start), size: bytes.length + position };
}

/**
 * The header of a file with other metadata, all else as it is: tensors in the order of the source's header, their
 * data at the same places behind it. Refuses what `serializeHeader` does.
 */
export function replaceMetadata(
  { tensors, headerLength }: Pick<WeightHeader, 'tensors' | 'headerLength'>,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const entries = metadata.size > 0 ? [metadataEntry(metadata)] : [];
  for (const tensor of tensors) entries.push(tensorEntry(tensor, tensor.offset - headerLength));
  return withPrefix(`{${entries.join(',')}}`);
}

function tensorEntry({ name, dtype, shape, byteLength }: TensorToWrite, begin: number): string {
  const span = `${begin},${begin + byteLength}`;
  return `${jsonString(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${span}]}`;
}

function inLayoutOrder(tensors: readonly TensorToWrite[]): { tensor: TensorToWrite; index: number }[] {
  return tensors
    .map((tensor, index) => ({ tensor, index, rank: alignment.get(tensor.dtype) ?? 0 }))
    .sort((a, b) => b.rank - a.rank || compareUtf8(a.tensor.name, b.tensor.name));
}

/** Order of the strings' UTF-8 bytes, which is that of code points: surrogates sort above U+E000 to U+FFFF. */
function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  const order = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
  return order(a.charCodeAt(i)) - order(b.charCodeAt(i));
}

function checkName(name: string, names: Set<string>): void {
  const advice = 'Rename the tensor.';
  if (names.has(name))
    refuse('ST_DUPLICATE', `two tensors would be named ${quoted(name)} in one file`, advice, {
      tensor: name,
    });
  if (name === METADATA_KEY)
    refuse('ST_STRUCTURE', `a tensor cannot be named ${METADATA_KEY}: the format keeps that name`, advice, {
      tensor: name,
    });
  names.add(name);
}

function metadataEntry(metadata: ReadonlyMap<string, string>): string {
  const pairs = [...metadata].map(([key, value]) => `${jsonString(key)}:${jsonString(value)}`);
  return `"${METADATA_KEY}":{${pairs.join(',')}}`;
}

/** serde_json and JSON.stringify escape the same characters in the same way, but for lone surrogates. */
function jsonString(text: string): string {
  if (/\p{Cs}/u.test(text))
    refuse(
      'ST_UTF8',
      `${quoted(text)} holds half a surrogate pair, which has no UTF-8 form`,
      'Use another name or value.',
    );
  return JSON.stringify(text);
}

/** Pads to 8 bytes, so that data begins aligned, and puts the length in front. */
function withPrefix(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_LENGTH)
    refuse(
      'ST_HEADER_TOO_LARGE',
      `the header would be ${length} bytes long, the format allows ${MAX_HEADER_LENGTH}`,
      'Write the tensors into several files.',
      { expected: `at most ${MAX_HEADER_LENGTH}`, found: String(length) },
    );
  const bytes = new Uint8Array(PREFIX_LENGTH + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, PREFIX_LENGTH);
  return bytes;
}
